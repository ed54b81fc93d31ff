"""The lists of training over the whole lab: what they show and how they are narrowed (EL-44, EL-45)."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from residencies.models import Ministry, Residency
from teams.choices import ChampionRole, CourseKind
from teams.models import Champion, Course, Training
from teams.training.queries import NEARLY_LIVE, fiscal_year_begins
from teams.training.rules import LAB
from web.paging import DateColumn, KeyedRows, Table, TemplateColumn

PERSON = '<a href="{% url "person-lab" record.person_id %}">{{ record.person }}</a><span class="cell-sub">{{ record.person.organisation }}</span>'
LAB_PERSON = '<a href="{% url "person-lab" record.pk %}">{{ record }}</a><span class="cell-sub">{{ record.title|default:record.organisation }}</span>'
ROLE = "{% load i18n %}{{ record.get_role_display }}{% if record.is_lead %}<span class='cell-sub'>{% translate 'leads the alliance team' %}</span>{% endif %}"
HOURS = "{% load i18n %}{% blocktranslate trimmed with taken=record.taken|floatformat expected=record.expected|floatformat %}{{ taken }} of {{ expected }}{% endblocktranslate %}"
STATE = "{% include 'teams/_learnt_chip.html' with expected=record.expected lacks=record.lacks taken=record.taken only %}"
CERTIFICATE = "{% include 'teams/_certificate.html' with training=record only %}"
TRAINING_OF = '<a href="{% url "training" record.team.subject.reference %}">{{ record.team.subject }}</a>'
OPEN, NEAR = "open", "near"


class TrainingTable(Table):
    """One row a person and course, the newest first."""

    finished_on = DateColumn(verbose_name=_("Finished"), attrs={"td": {"class": "nowrap"}})
    person = TemplateColumn(PERSON, verbose_name=_("Person"), orderable=False, accessor="person")
    course = tables.Column(_("Course"), orderable=False)
    hours = TemplateColumn("{{ value|floatformat }}", verbose_name=_("Hours"), orderable=False)
    residency = TemplateColumn(TRAINING_OF, verbose_name=_("Residency"), orderable=False, accessor="team")
    certificate = TemplateColumn(CERTIFICATE, verbose_name=_("Certificate"), orderable=False, empty_values=())

    label = _("Training taken")
    cards = True

    class Meta:
        model = Training
        fields = ("finished_on", "person", "course", "hours", "residency", "certificate")


class LeaderRows(KeyedRows):
    """Counted and ordered by keys alone; only the rows of the page asked for are fetched, with all that they show."""

    def rows_of_page(self, keys: list[int]) -> list[Champion]:
        rows = self.data.order_by().select_related("person", "team__stream__residency").in_bulk(keys)
        return [rows[key] for key in keys if key in rows]


class LeaderTable(Table):
    """One row a champion of today, those who lack the most first."""

    person = TemplateColumn(PERSON, verbose_name=_("Person"), orderable=False, accessor="person")
    role = TemplateColumn(ROLE, verbose_name=_("Role"), orderable=False)
    residency = TemplateColumn(TRAINING_OF, verbose_name=_("Residency"), orderable=False, accessor="team")
    hours = TemplateColumn(HOURS, verbose_name=_("Hours"), orderable=False, accessor="taken")
    state = TemplateColumn(STATE, verbose_name=_("Training"), orderable=False, accessor="lacks")

    label = _("Training expected of leaders")
    cards = True

    class Meta:
        model = Champion
        fields = ("person", "role", "residency", "hours", "state")


class LabLeaderTable(Table):
    """One row a leader of the lab; there are few, so all of them are shown."""

    name = TemplateColumn(LAB_PERSON, verbose_name=_("Person"))
    hours = TemplateColumn(HOURS, verbose_name=_("Hours"), accessor="taken")
    state = TemplateColumn(STATE, verbose_name=_("Training"), accessor="lacks")

    label = _("Training expected of leaders of the lab")
    cards = True


def _search(label: Any) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, method="by_words", widget=forms.TextInput(attrs={"type": "search"}))


def _about(words: str) -> QuerySet[Residency]:
    return Residency.objects.matching(words.replace("\x00", "")[:100])


class TrainingFilter(django_filters.FilterSet):
    """Training by person, residency, course, kind, fiscal year and certificate."""

    who = django_filters.CharFilter(label=_("Person"), method="by_name", widget=forms.TextInput(attrs={"type": "search"}))
    q = _search(_("Residency"))
    course = django_filters.ModelChoiceFilter(label=_("Course"), queryset=Course.objects.all(), empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), field_name="course__kind", choices=CourseKind.choices, empty_label=_("All"))
    year = django_filters.ChoiceFilter(label=_("Fiscal year"), method="in_year", choices=[], empty_label=_("All"))
    certificate = django_filters.BooleanFilter(label=_("With a certificate"), method="certified", widget=forms.CheckboxInput)

    class Meta:
        model = Training
        fields: tuple[str, ...] = ()

    def __init__(self, *args: object, today: datetime.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        last = fiscal_year_begins(today).year
        self.filters["year"].extra["choices"] = [(str(year), f"{year}/{(year + 1) % 100:02d}") for year in range(last, last - 8, -1)]

    def by_name(self, rows: QuerySet[Training], name: str, words: str) -> QuerySet[Training]:
        for word in words.replace("\x00", "")[:100].split()[:8]:
            rows = rows.filter(person__name__icontains=word)
        return rows

    def by_words(self, rows: QuerySet[Training], name: str, words: str) -> QuerySet[Training]:
        return rows.filter(team__stream__in=_about(words).values("stream"))

    def in_year(self, rows: QuerySet[Training], name: str, year: str) -> QuerySet[Training]:
        begins = datetime.date(int(year), 4, 1)
        return rows.filter(finished_on__gte=begins, finished_on__lt=begins.replace(year=begins.year + 1))

    def certified(self, rows: QuerySet[Training], name: str, value: bool) -> QuerySet[Training]:
        return rows.filter(certified_on__isnull=False) if value else rows


class LeaderFilter(django_filters.FilterSet):
    """Leaders by residency, ministry and role, and those alone who lack hours."""

    q = _search(_("Residency"))
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=[*ChampionRole.choices, (LAB, _("Leader of the lab"))], empty_label=_("All")
    )
    ministry = django_filters.ModelChoiceFilter(
        label=_("Ministry"), queryset=Ministry.objects.order_by("name"), method="of_ministry", empty_label=_("All")
    )
    missing = django_filters.ChoiceFilter(
        label=_("Training"), method="who_lack", choices=[
            (OPEN, _("Hours missing")), ("none", _("Not started")), (NEAR, _("Not started, live or nearly live")), ("done", _("Done")),
        ],
        empty_label=_("All"),
    )  # fmt: skip

    class Meta:
        model = Champion
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Champion], name: str, words: str) -> QuerySet[Champion]:
        return rows.filter(team__stream__in=_about(words).values("stream"))

    def of_ministry(self, rows: QuerySet[Champion], name: str, ministry: Ministry) -> QuerySet[Champion]:
        return rows.filter(team__stream__in=Residency.objects.of_ministry(ministry.pk).values("stream"))

    def who_lack(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        rows = _by_hours(rows, value)
        return rows.filter(NEARLY_LIVE) if value == NEAR else rows

    def of_lab(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Leaders of the lab: they have no residency, ministry or live date to look for."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        if asked.get("q") or asked.get("ministry") or asked.get("role") not in (None, "", LAB) or asked.get("missing") == NEAR:
            return rows.none()
        return _by_hours(rows, asked["missing"]) if asked.get("missing") else rows


def _by_hours(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "done":
        return rows.filter(lacks__lte=0)
    rows = rows.filter(lacks__gt=0)
    return rows if value == OPEN else rows.filter(taken=0)
