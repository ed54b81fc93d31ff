"""How the lists over the whole lab are narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from community.choices import Discipline, Giving, Habit, SessionState
from community.models import Contribution, ExpertSession, HabitDone
from residencies.models import Ministry, Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import State
from teams.lab.tables import in_month

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
    lacks = django_filters.ChoiceFilter(label=_("Lacks"), choices=Habit.choices, method="without", empty_label=_("Any or none"))
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
        return rows.filter(~Exists(HabitDone.objects.current().filter(residency=OuterRef("pk"), habit=habit)))

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
