"""How the lists over the whole lab are narrowed."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from dates.months import last_months, months_after
from findings import Severity
from residencies.models import Ministry, Residency
from teams.choices import ServiceKind
from teams.models import CHECKED, RoleFinding, Service
from web.paging import DateColumn, Table, TemplateColumn

CODES = {
    "no-product-owner": _("No product owner"),
    "product-owner-not-of-area": _("Product owner from another area"),
    "product-owner-untrained": _("Product owner without Agile training"),
    "product-owner-band": _("Product owner’s band"),
    "product-owner-part-time": _("Part-time product owner"),
    "too-few-government": _("Too few government employees"),
    "no-devops": _("No senior DevOps specialist"),
    "team-too-large": _("Too many people"),
    "team-small": _("Small team"),
    "not-released": _("Not full time"),
    "over-full-time": _("More than full time"),
    "vendor-share-not-falling": _("Vendors’ share not falling"),
    "no-successor": _("Vendor roles without a successor"),
}
MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")


def in_month(rows: Any, on: str, asked: str) -> Any:
    """`rows` whose day `on` is in the month `asked` ("2026-12"); all of them for anything else."""
    match = MONTH.fullmatch(asked.strip())
    if not match:
        return rows
    first = datetime.date(int(match["year"]), int(match["month"]), 1)
    return rows.filter(**{f"{on}__gte": first, f"{on}__lt": months_after(first, 1)})


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
        label=_("State"), field_name="team__stream__residency__state", choices=[(s.value, s.label) for s in CHECKED], empty_label=_("All")
    )
    ministry = django_filters.ModelChoiceFilter(
        label=_("Ministry"), queryset=Ministry.objects.order_by("name"), method="of_ministry", empty_label=_("All")
    )
    history = django_filters.BooleanFilter(label=_("Resolved"), method="resolved", widget=forms.CheckboxInput)

    class Meta:
        model = RoleFinding
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[RoleFinding], name: str, words: str) -> QuerySet[RoleFinding]:
        return rows.filter(team__stream__in=Residency.objects.matching(words.replace("\x00", "")[:100]).values("stream"))

    def of_ministry(self, rows: QuerySet[RoleFinding], name: str, ministry: Ministry) -> QuerySet[RoleFinding]:
        return rows.filter(team__stream__in=Residency.objects.of_ministry(ministry.pk).values("stream"))

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
        return rows.filter(team__stream__in=Residency.objects.matching(words.replace("\x00", "")[:100]).values("stream"))

    def of_month(self, rows: QuerySet[Service], name: str, asked: str) -> QuerySet[Service]:
        return in_month(rows, "given_on", asked)


LEVEL = "{% load portal %}{% with look=record|severity_look %}{% include 'components/chip.html' with label=look.label tone=look.tone icon=look.icon only %}{% endwith %}"
FOUND = '{{ record.message }}<span class="cell-sub">{{ record.remedy }}</span>'
TEAM = '<a href="{% url "team" record.team.subject.reference %}">{{ record.team.subject }}</a><span class="cell-sub">{{ record.team.subject.program_area.ministry }}</span>'
SINCE = "{% load portal i18n %}{{ record.opened_at|day }}{% if record.resolved_at %}<span class='cell-sub'>{% blocktranslate trimmed with day=record.resolved_at|day %}resolved {{ day }}{% endblocktranslate %}</span>{% endif %}"  # noqa: E501


class CheckTable(Table):
    """One row a finding, the gravest and oldest first."""

    level = TemplateColumn(LEVEL, verbose_name=_("Level"), order_by=("severity",), accessor="severity")
    finding = TemplateColumn(FOUND, verbose_name=_("Finding and remedy"), orderable=False, accessor="message")
    residency = TemplateColumn(TEAM, verbose_name=_("Residency"), orderable=False, accessor="team")
    since = TemplateColumn(SINCE, verbose_name=_("Since"), accessor="opened_at")

    label = _("Role checks")

    class Meta:
        model = RoleFinding
        fields = ("level", "finding", "residency", "since")


class ServiceTable(Table):
    """One row a service, the newest first."""

    given_on = DateColumn(verbose_name=_("Date"))
    residency = tables.Column(_("Team"), accessor="team__stream__residency", orderable=False, linkify=True)
    kind = tables.Column(_("Kind of help"), accessor="get_kind_display", orderable=False)
    given_by = tables.Column(_("Given by"), orderable=False)
    result = tables.Column(_("Result"), orderable=False, default="")

    label = _("Services received")

    class Meta:
        model = Service
        fields = ("given_on", "residency", "kind", "given_by", "result")


MONTHS = 6


@dataclass(frozen=True)
class Counts:
    """Services by kind over the last months: a row a kind, its counts in the order of `months`, its sum."""

    months: list[datetime.date]
    rows: list[tuple[str, str, list[int], int]]
    total: int


def services_by_kind_and_month(today: datetime.date) -> Counts:
    """Of the last six months, this one too; one query."""
    months = last_months(today, MONTHS)
    services = Service.objects.current().filter(given_on__gte=months[0]).order_by()
    tally: Counter[tuple[str, datetime.date]] = Counter()
    for kind, given_on, count in services.values_list("kind", "given_on").annotate(count=Count("pk")):
        tally[kind, given_on.replace(day=1)] += count
    rows = []
    for service in ServiceKind:
        counts = [tally[service.value, month] for month in months]
        rows.append((service.value, str(service.label), counts, sum(counts)))
    return Counts(months, rows, sum(tally.values()))
