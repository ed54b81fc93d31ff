"""How the lists over the whole lab are narrowed."""

from __future__ import annotations

import datetime
import re
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from findings import Severity
from residencies.models import Ministry, Residency
from teams.models import CHECKED, RoleFinding, Service
from teams.roles import ServiceKind

CODES = {
    "no-product-owner": _("No product owner"),
    "product-owner-not-of-area": _("Product owner from elsewhere"),
    "product-owner-untrained": _("Product owner without Agile training"),
    "product-owner-band": _("Band of the product owner"),
    "product-owner-part-time": _("Product owner part time"),
    "too-few-government": _("Too few government employees"),
    "no-devops": _("No senior DevOps specialist"),
    "team-too-large": _("Too many people"),
    "team-small": _("Small team"),
    "not-released": _("Not released to learn"),
    "over-full-time": _("More than full time"),
    "vendor-share-not-falling": _("Vendors' share does not fall"),
    "no-successor": _("Vendors' roles without successor"),
}
MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")


def in_month(rows: Any, on: str, asked: str) -> Any:
    """`rows` whose day `on` is in the month `asked` ("2026-12"); all of them for anything else."""
    match = MONTH.fullmatch(asked.strip())
    if not match:
        return rows
    first = datetime.date(int(match["year"]), int(match["month"]), 1)
    after = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return rows.filter(**{f"{on}__gte": first, f"{on}__lt": after})


class ChecksFilter(django_filters.FilterSet):
    """Open role checks, or with `history` those that were resolved."""

    q = django_filters.CharFilter(label=_("Residency"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    code = django_filters.ChoiceFilter(label=_("Check"), choices=list(CODES.items()), empty_label=_("All"))
    severity = django_filters.ChoiceFilter(
        label=_("Level"),
        choices=[(int(s), s.label) for s in sorted(Severity, reverse=True) if s != Severity.NOTE],
        empty_label=_("All"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), field_name="team__residency__state", choices=[(s.value, s.label) for s in CHECKED], empty_label=_("All")
    )
    ministry = django_filters.ModelChoiceFilter(
        label=_("Ministry"), queryset=Ministry.objects.order_by("name"), method="of_ministry", empty_label=_("All")
    )
    history = django_filters.BooleanFilter(label=_("Resolved ones"), method="resolved", widget=forms.CheckboxInput)

    class Meta:
        model = RoleFinding
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[RoleFinding], name: str, words: str) -> QuerySet[RoleFinding]:
        return rows.filter(team__residency__in=Residency.objects.matching(words.replace("\x00", "")[:100]))

    def of_ministry(self, rows: QuerySet[RoleFinding], name: str, ministry: Ministry) -> QuerySet[RoleFinding]:
        return rows.filter(team__residency__in=Residency.objects.of_ministry(ministry.pk))

    def resolved(self, rows: QuerySet[RoleFinding], name: str, value: bool) -> QuerySet[RoleFinding]:
        return rows

    @property
    def qs(self) -> QuerySet[RoleFinding]:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["history"]
        return rows.exclude(resolved_at=None).order_by("-resolved_at", "pk") if asked else rows.filter(resolved_at=None)


class ServicesFilter(django_filters.FilterSet):
    """Services received, by kind, month and team."""

    q = django_filters.CharFilter(label=_("Team"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    kind = django_filters.ChoiceFilter(label=_("Kind of help"), choices=ServiceKind.choices, empty_label=_("All"))
    month = django_filters.CharFilter(label=_("Month"), method="of_month", widget=forms.TextInput(attrs={"type": "month"}))

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Service], name: str, words: str) -> QuerySet[Service]:
        return rows.filter(team__residency__in=Residency.objects.matching(words.replace("\x00", "")[:100]))

    def of_month(self, rows: QuerySet[Service], name: str, asked: str) -> QuerySet[Service]:
        return in_month(rows, "given_on", asked)
