"""The lists over the whole lab, and how they are narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from community.choices import Discipline, Giving, SessionState
from community.models import Contribution, Expert, ExpertSession
from community.models.checklists import HABITS
from community.models.giving import in_hours
from community.queries import habits_done
from oversight.models import ChecklistItem
from residencies.models import Ministry, Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import State
from teams.lab.tables import in_month
from web.icons import drawn
from web.paging import DateColumn, Table, TemplateColumn

TEAM = '{% load portal %}<a href="{% url "community" record.reference %}">{{ record }}</a><span class="cell-sub">{{ record.program_area.ministry }}, {{ record.state|state_label }}</span>'
WIDE = {"td": {"class": "cell-wide"}}
OF_TEAM = '<a href="{% url "community" record.residency.reference %}">{{ record.residency }}</a>'


def habits_by_code(residency: Residency) -> dict[str, ChecklistItem]:
    """Return the habits that a team has, from what was fetched with the list."""
    return {item.code: item for checklist in residency.stream.checklists.all() for item in checklist.items.all()}


class HabitMark(tables.Column):
    """Whether a team has a habit, for everybody to see and to hear."""

    def __init__(self, code: str, label: Any) -> None:
        super().__init__(verbose_name=label, orderable=False, empty_values=())
        self.code = code

    def render(self, record: Residency) -> SafeString:
        if self.code not in habits_by_code(record):
            return format_html('<span class="text-muted">{}<span class="visually-hidden">{}</span></span>', drawn("minus"), _t("no"))
        return format_html('<span class="habit-has">{}<span class="visually-hidden">{}</span></span>', drawn("check"), _t("yes"))


class HabitTable(Table):
    """One row a team, with a mark for each habit."""

    who = TemplateColumn(TEAM, verbose_name=_("Team"), orderable=False, accessor="product")
    chat = HabitMark("chat", _("Chat"))
    devhub = HabitMark("devhub", _("DevHub"))
    code = HabitMark("code", _("Public code"))
    components = HabitMark("components", _("Components"))
    data = HabitMark("data", _("Open data"))

    label = _("Community habits by team")

    class Meta:
        model = Residency
        fields = ("who", "chat", "devhub", "code", "components", "data")


class ContributionTable(Table):
    """One row an entry, the newest first."""

    given_on = DateColumn(verbose_name=_("Date"))
    person = tables.Column(_("Person"), accessor="person__name", orderable=False)
    team = TemplateColumn(OF_TEAM, verbose_name=_("Team"), orderable=False, accessor="residency")
    kind = tables.Column(_("Kind"), accessor="get_kind_display", orderable=False)
    hours = TemplateColumn(
        "{% load community %}{{ record.minutes|hours }}", verbose_name=_("Hours"), order_by=("minutes",), accessor="minutes"
    )
    what = tables.Column(_("Description"), orderable=False, default="")

    label = _("Contributions by teams")

    class Meta:
        model = Contribution
        fields = ("given_on", "person", "team", "kind", "hours", "what")


class SumTable(Table):
    """One row a team or a person: how often and how long."""

    name = tables.Column(_("Name"), orderable=False)
    mentoring = tables.Column(Giving.MENTORING.label, orderable=False)
    event = tables.Column(_("Learning events"), orderable=False)
    workshop = tables.Column(_("Workshops"), orderable=False)
    count = tables.Column(_("Total"), orderable=False)
    minutes = tables.Column(_("Hours"), orderable=False)

    label = _("Contributions, totals")

    def render_name(self, value: str, record: dict[str, Any]) -> str:
        return f"{record['reference']} {value}" if "reference" in record else value

    def render_minutes(self, value: int) -> str:
        return f"{in_hours(value).normalize():f}"


ABOUT = '<a href="{{ record.get_absolute_url }}">{{ record.get_discipline_display }}</a><span class="cell-sub">{{ record.question|truncatechars:140 }}</span>'
ASKED = "{% load portal community %}{{ record.requested_at|day }}<span class='cell-sub'>{% if record.is_requested %}{{ record|waited }}{% endif %}</span>"
WHEN = "{% load portal %}{% if record.on %}{{ record.on|day }}, {{ record.at|time:'TIME_FORMAT' }}<span class='cell-sub'>{{ record.expert }}</span>{% endif %}"
STATE = "{% include 'community/_session_chip.html' with session=record only %}"


class SessionTable(Table):
    """One row a session."""

    about = TemplateColumn(ABOUT, verbose_name=_("About"), orderable=False, accessor="discipline", attrs=WIDE)
    team = TemplateColumn(OF_TEAM, verbose_name=_("Team"), orderable=False, accessor="residency", attrs=WIDE)
    asked = TemplateColumn(ASKED, verbose_name=_("Requested"), orderable=False, accessor="requested_at")
    when = TemplateColumn(WHEN, verbose_name=_("Date and expert"), orderable=False, empty_values=())
    state = TemplateColumn(STATE, verbose_name=_("State"), orderable=False, accessor="state")

    label = _("Sessions with experts")

    class Meta:
        model = ExpertSession
        fields = ("about", "team", "asked", "when", "state")


EXPERT = "{% include 'community/_expert.html' with expert=record may_keep=table.may_keep only %}"
SPAN = "{% include 'community/_span.html' with expert=record only %}"


class ExpertTable(Table):
    """One row an expert, with their load."""

    name = TemplateColumn(EXPERT, verbose_name=_("Expert"), orderable=False, accessor="person")
    knows = tables.Column(_("Disciplines"), accessor="discipline_labels", orderable=False)
    availability = tables.Column(_("Availability"), orderable=False, default="")
    to_come = tables.Column(_("Upcoming sessions"))
    held = tables.Column(_("Held in the last 90 days"))
    hours = TemplateColumn(
        "{% load community %}{{ record.held_minutes|hours }}",
        verbose_name=_("Hours in the last 90 days"),
        orderable=False,
        accessor="held",
        empty_values=(),
    )
    days = TemplateColumn(SPAN, verbose_name=_("In residence"), orderable=False, accessor="from_on")

    label = _("Experts in residence")

    def __init__(self, *args: Any, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_keep = may_keep

    class Meta:
        model = Expert
        fields = ("name", "knows", "availability", "to_come", "held", "hours", "days")


# ── How they are narrowed ────────────────────────────────────────────────────────────────────

# While a team works and after, its habits are looked at.
LOOKED_AT = (State.IN_RESIDENCE, State.LIVE, State.GRADUATED)


def search_field(label: Any) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, method="by_words", widget=forms.TextInput(attrs={"type": "search"}))


def tidy(words: str) -> str:
    """Words as they may be looked for: without NUL, which PostgreSQL takes in no text, and not without end."""
    return words.replace("\x00", "")[:100]


class HabitsFilter(django_filters.FilterSet):
    """Teams in residence, live or home, and which habit they lack."""

    q = search_field(_("Team"))
    lacks = django_filters.ChoiceFilter(
        label=_("Missing habit"), choices=[(item.code, item.text) for item in HABITS.items], method="without", empty_label=_("Any")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(s.value, s.label) for s in LOOKED_AT], method="at_state", empty_label=_("In residence or live")
    )
    ministry = django_filters.ModelChoiceFilter(
        label=_("Ministry"), queryset=Ministry.objects.order_by("name"), method="of_ministry", empty_label=_("All")
    )

    class Meta:
        model = Residency
        fields: tuple[str, ...] = ()

    def by_words(self, rows: ResidencyQuerySet, name: str, words: str) -> ResidencyQuerySet:
        return rows.matching(tidy(words))

    def without(self, rows: ResidencyQuerySet, name: str, habit: str) -> ResidencyQuerySet:
        return rows.filter(~Exists(habits_done().filter(checklist__stream=OuterRef("stream"), code=habit)))

    def at_state(self, rows: ResidencyQuerySet, name: str, state: str) -> ResidencyQuerySet:
        return rows.filter(state=state)

    def of_ministry(self, rows: ResidencyQuerySet, name: str, ministry: Ministry) -> ResidencyQuerySet:
        return rows.of_ministry(ministry.pk)

    @property
    def qs(self) -> Any:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["state"]
        return rows if asked else rows.filter(state__in=LOOKED_AT[:2])


class ContributionFilter(django_filters.FilterSet):
    """What teams gave, by kind, month, team and person."""

    q = search_field(_("Team"))
    who = django_filters.CharFilter(label=_("Person"), method="by_person", widget=forms.TextInput(attrs={"type": "search"}))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Giving.choices, empty_label=_("All"))
    month = django_filters.CharFilter(label=_("Month"), method="of_month", widget=forms.TextInput(attrs={"type": "month"}))

    class Meta:
        model = Contribution
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Contribution], name: str, words: str) -> QuerySet[Contribution]:
        return rows.filter(residency__in=Residency.objects.matching(tidy(words)))

    def by_person(self, rows: QuerySet[Contribution], name: str, words: str) -> QuerySet[Contribution]:
        return rows.filter(person__name__icontains=tidy(words))

    def of_month(self, rows: QuerySet[Contribution], name: str, asked: str) -> QuerySet[Contribution]:
        return in_month(rows, "given_on", asked)


class SessionsFilter(django_filters.FilterSet):
    """Sessions with experts: those that wait for one, unless another state is asked for."""

    q = search_field(_("Team"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[*SessionState.choices[1:], ("all", _("All"))], method="at_state", empty_label=_("Waiting for an expert")
    )
    discipline = django_filters.ChoiceFilter(label=_("Discipline"), choices=Discipline.choices, empty_label=_("All"))

    class Meta:
        model = ExpertSession
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[ExpertSession], name: str, words: str) -> QuerySet[ExpertSession]:
        return rows.filter(residency__in=Residency.objects.matching(tidy(words)))

    def at_state(self, rows: Any, name: str, state: str) -> Any:
        return rows.order_by("-requested_at", "-pk") if state == "all" else rows.filter(state=state).order_by("-requested_at", "-pk")

    @property
    def qs(self) -> Any:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["state"]
        return rows if asked else rows.waiting()
