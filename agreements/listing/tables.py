"""The list of agreements: filters and columns, on the screen and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.listing.queries import AgreementRow, led_by, overdue, rows_of, silent_for, with_silence
from agreements.lookups import subject_paths
from agreements.models import Agreement, State
from ledger import subjects
from people.lists.columns import SelectColumn
from people.models import User
from residencies.models import Residency
from web.forms import PlainCheckbox, PlainSelect, PlainText
from web.paging import KeyedRows

PAGE_SIZES = (25, 50, 100)
BATCH = 500
SILENT = [("3", _("3 days")), ("7", _("7 days")), ("14", _("14 days")), ("30", _("30 days"))]
STATES = [(state.value, state.label) for state in (State.DRAFT, State.CIRCULATED, State.IN_FORCE)]


class AgreementFilter(django_filters.FilterSet):
    """Agreements by words, state, silence and lab lead."""

    q = django_filters.CharFilter(
        label=_("Search"), method="by_words", widget=PlainText(attrs={"type": "search", "maxlength": 100, "autocomplete": "off"})
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("Any state"), widget=PlainSelect)
    silent = django_filters.ChoiceFilter(
        label=_("Silent for"), choices=SILENT, method="silent_days", empty_label=_("Any time"), widget=PlainSelect
    )
    lead = django_filters.ChoiceFilter(label=_("Lab lead"), method="by_lead", empty_label=_("Anyone"), widget=PlainSelect)
    late = django_filters.BooleanFilter(label=_("Late only"), method="only_late", widget=PlainCheckbox(attrs={"value": "true"}))

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(role_grants__to_at=None, role_grants__role__in=["lab_ops", "lab_lead"]).distinct()
        self.filters["lead"].extra["choices"] = [
            (str(user.pk), str(user)) for user in staff.only("name", "email").order_by("name", "email")
        ]

    def filter_queryset(self, rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
        """A filter that can't be understood finds nothing: an address mistyped must not pass for an answer."""
        return super().filter_queryset(rows) if self.form.is_valid() else rows.none()

    def by_words(self, rows: QuerySet[Agreement], name: str, words: str) -> QuerySet[Agreement]:
        words = words.replace("\x00", "")[:100]
        streams = Residency.objects.matching(words).values("stream")
        parties = Q(parties__person__name__icontains=words.strip(), parties__to_at=None)
        return rows.filter(
            pk__in=Agreement.objects.filter(Q(stream__in=streams) | Q(reference__iexact=words.strip()) | parties).values("pk")
        )

    def silent_days(self, rows: QuerySet[Agreement], name: str, days: str) -> QuerySet[Agreement]:
        return silent_for(rows, int(days), timezone.now())

    def by_lead(self, rows: QuerySet[Agreement], name: str, account: str) -> QuerySet[Agreement]:
        return led_by(rows, int(account))

    def only_late(self, rows: QuerySet[Agreement], name: str, value: bool) -> QuerySet[Agreement]:
        return overdue(rows, timezone.localdate()) if value else rows


class AgreementRows(KeyedRows):
    """Counted and ordered by keys; only the rows of the page asked for are fetched, with all that they show."""

    def rows_of_page(self, keys: list[int]) -> list[AgreementRow]:
        rows = _with_subjects(Agreement.objects.all()).in_bulk(keys)
        return rows_of([rows[key] for key in keys if key in rows], timezone.localdate())


def _with_subjects(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    contacts = [f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]
    return rows.select_related(*subject_paths("stream"), *contacts)


PRODUCT = '<a href="{{ record.agreement.get_absolute_url }}">{{ record.product }}</a>'
SILENCE = "{% load portal %}{% if record.silent_days is not None %}{{ record.silent_days|days }}{% if record.is_late %} <span class='need-age-late'>{{ table.late }}</span>{% endif %}{% endif %}"
REMINDED = "{% load portal %}{{ value|day_short }}"
REMIND = "{% include 'agreements/_remind_all.html' with row=record only %}"


class AgreementTable(tables.Table):
    """One row an agreement."""

    select = SelectColumn()
    product = tables.TemplateColumn(PRODUCT, verbose_name=_("Product"), orderable=False, attrs={"td": {"class": "cell-title"}})
    reference = tables.Column(_("Reference"), accessor="agreement__reference", order_by="pk", attrs={"td": {"class": "nowrap text-muted"}})
    state = tables.TemplateColumn(
        "{% include 'agreements/_state_chip.html' with version=record.version only %}",
        verbose_name=_("State"), orderable=False, accessor="version", attrs={"td": {"class": "cell-whole"}},
    )  # fmt: skip
    stage = tables.Column(_("Signatures"), orderable=False, attrs={"td": {"class": "cell-stage"}})
    silent = tables.TemplateColumn(SILENCE, verbose_name=_("Silent"), empty_values=(), attrs={"td": {"class": "cell-whole"}})
    reminded = tables.TemplateColumn(REMINDED, verbose_name=_("Last reminder"), accessor="facts__reminded_at", orderable=False)
    owner = tables.Column(_("Lab lead"), orderable=False, default="")
    remind = tables.TemplateColumn(
        REMIND, verbose_name=_("Remind"), orderable=False, empty_values=(), attrs={"td": {"class": "cell-whole"}}
    )

    label = _("Agreements")
    cards = True
    sizes = PAGE_SIZES
    late = _("late")

    class Meta:
        attrs = {"class": "table table-hover align-middle table-dense"}
        order_by_field = "sort"
        per_page_field = "per_page"

    def __init__(self, *args: Any, may_remind: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_remind else ("select", "remind"), **kwargs)

    def order_silent(self, rows: QuerySet[Agreement], is_descending: bool) -> tuple[QuerySet[Agreement], bool]:
        """The longest silence first when descending: those who were heard of, or sent out, the longest ago."""
        known = with_silence(rows)
        order = [F("state"), F("heard_at"), F("circulated_at")]
        ordered = [field.asc(nulls_first=True) if is_descending else field.desc(nulls_last=True) for field in order]
        return known.order_by(*ordered, "pk"), True


HEADER = (
    _("Agreement"), _("Reference"), _("Product"), _("State"), _("Version"), _("Sent out"), _("Signed"), _("Must sign"), _("Waiting for"),
    _("Declined"), _("Sign by"), _("Days silent"), _("Last reminder"), _("Lab lead"),
)  # fmt: skip


def export_rows(agreements: QuerySet[Agreement]) -> Iterator[tuple[Any, ...]]:
    """The cells of every row, in the order of `agreements`, read in batches."""
    keys = list(agreements.values_list("pk", flat=True))
    rows = AgreementRows(agreements)
    for start in range(0, len(keys), BATCH):
        yield from map(_cells, rows.rows_of_page(keys[start : start + BATCH]))


def _cells(row: AgreementRow) -> tuple[Any, ...]:
    facts, version = row.facts, row.version
    return (
        row.agreement.reference, row.subject.reference, row.product, version.get_state_display(), version.number,
        version.circulated_at and timezone.localdate(version.circulated_at), facts.given, facts.wanted, ", ".join(facts.waiting_for),
        ", ".join(facts.declined), facts.due_on if row.is_open else None, row.silent_days,
        facts.reminded_at and timezone.localdate(facts.reminded_at), str(row.owner or ""),
    )  # fmt: skip
