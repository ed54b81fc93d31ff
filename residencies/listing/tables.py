"""The list of residencies: its filters, which the address holds, and one declaration for the screen and for what is exported."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ledger.memory import remembered
from people.lab import lab_staff
from people.lists.bulk import SelectColumn, select_box
from people.lists.page import RememberedRows
from residencies.lifecycle.blockers import Blocker, blockers
from residencies.lifecycle.rules import days_left
from residencies.models import Ministry, Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import Phase, State
from web.forms import PlainCheckbox, PlainSelect, PlainText
from web.icons import chip
from web.paging import Table
from web.templatetags.portal import day_short, state_look

UNDER_WAY = "under_way"
TO_REVIEW = "to_review"
NOBODY = "nobody"


# Behind a function in the filters below: a filter set copies all its lists, item by item, for each request.
STATES = [(UNDER_WAY, gettext_lazy("Under way")), (TO_REVIEW, gettext_lazy("Waiting for review")), *State.choices]


class ResidencyFilter(django_filters.FilterSet):
    """Which residencies to show. The choices of ministry and owner are remembered until the lab's next act; `staff` are the owners."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"),
        method="search",
        widget=PlainText(attrs={"type": "search", "maxlength": 100, "autocomplete": "off"}),
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=lambda: STATES,
        method="in_state",
        empty_label=gettext_lazy("Any state"),
        widget=PlainSelect,
    )
    ministry = django_filters.ChoiceFilter(
        label=gettext_lazy("Ministry"), method="of_ministry", empty_label=gettext_lazy("Any ministry"), widget=PlainSelect
    )
    phase = django_filters.ChoiceFilter(
        label=gettext_lazy("Phase"), choices=lambda: Phase.choices, empty_label=gettext_lazy("Any phase"), widget=PlainSelect
    )
    owner = django_filters.ChoiceFilter(
        label=gettext_lazy("Lab lead"), method="looked_after_by", empty_label=gettext_lazy("Anyone"), widget=PlainSelect
    )
    overdue = django_filters.BooleanFilter(
        label=gettext_lazy("Overdue only"), method="only_overdue", widget=PlainCheckbox(attrs={"value": "true"})
    )

    class Meta:
        model = Residency
        fields: list[str] = []

    def __init__(self, *args: Any, lab_head: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ministries, self.staff = remembered("list-choices", {"lab": lab_head}, timezone.localdate(), _choices)["lab"]
        self.filters["ministry"].extra["choices"] = lambda: ministries
        owners = [(NOBODY, gettext_lazy("Not named yet")), *self.staff]
        self.filters["owner"].extra["choices"] = lambda: owners

    def filter_queryset(self, queryset: ResidencyQuerySet) -> ResidencyQuerySet:
        """A filter that can't be understood finds nothing: an address mistyped must not pass for an answer."""
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset.none()

    def search(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.matching(value[:100])

    def in_state(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        if value == TO_REVIEW:
            return rows.filter(state__in=(State.SUBMITTED, State.IN_REVIEW))
        return rows.under_way() if value == UNDER_WAY else rows.filter(state=value)

    def of_ministry(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.of_ministry(int(value))

    def looked_after_by(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.filter(owner=None if value == NOBODY else int(value))

    def only_overdue(self, rows: ResidencyQuerySet, name: str, value: bool) -> ResidencyQuerySet:
        return rows.overdue(timezone.localdate()) if value else rows


def _choices(keys: list[str]) -> dict[str, list[Any]]:
    """Return ministries and lab staff, each with key and name; two queries."""
    ministries = [[str(pk), name] for pk, name in Ministry.objects.values_list("pk", "name")]
    staff = sorted(([str(user.pk), str(user)] for user in lab_staff()), key=itemgetter(1))
    return {key: [ministries, staff] for key in keys}


class WordsFilter(django_filters.FilterSet):
    """The filter by words of lists whose rows are residencies; a list adds its own."""

    q = django_filters.CharFilter(label=gettext_lazy("Words"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))

    class Meta:
        model = Residency
        fields: tuple[str, ...] = ()

    def by_words(self, rows: ResidencyQuerySet, name: str, words: str) -> ResidencyQuerySet:
        return rows.matching(words[:100])


class NextDate(NamedTuple):
    """The day that matters next, what it is, and whether it has passed."""

    on: datetime.date
    what: str
    days_late: int = 0

    @property
    def late(self) -> bool:
        return self.days_late > 0


class ResidencyRow:
    """A residency with what a row of the list says of it beside its own fields."""

    def __init__(self, residency: Residency, blocker: Blocker | None, today: datetime.date) -> None:
        self.residency = residency
        self.blocker = blocker
        self.next_date = next_date(residency, today)
        self.phase = Phase(residency.phase).label  # a model's own `get_phase_display` hashes the words of all choices each time


def next_date(residency: Residency, today: datetime.date) -> NextDate | None:
    """When graduation is due, or since when the lab has had the intake."""
    if residency.state == State.LIVE and residency.graduation_due_on:
        return NextDate(residency.graduation_due_on, _("Graduation due"), max(0, -days_left(residency.graduation_due_on, today)))
    if residency.state in (State.SUBMITTED, State.IN_REVIEW) and residency.submitted_at:
        return NextDate(timezone.localdate(residency.submitted_at), _("Review waiting since"))
    return None


def rows_of(residencies: Iterable[Residency], today: datetime.date) -> list[ResidencyRow]:
    """`residencies` as rows, in their order; the blockers of all are found together."""
    residencies = list(residencies)
    by_stream = blockers(residencies, today)
    return [ResidencyRow(residency, by_stream.get(residency.stream_id), today) for residency in residencies]


class ResidencyRows(RememberedRows):
    """Counted and ordered without a join."""

    def __init__(self, residencies: ResidencyQuerySet, *, selects: bool = False) -> None:
        super().__init__(residencies)
        self.selects = selects
        self.what = "row-selected" if selects else "row"

    def written(self, keys: list[int]) -> dict[int, SafeString]:
        residencies = Residency.objects.for_list().defer("problem", "search_text").in_bulk(keys)
        rows = rows_of(residencies.values(), timezone.localdate())
        return {row.residency.pk: row_html(row, self.selects) for row in rows}


class ResidencyTable(Table):
    """The columns, their words and their order; `rows_template` writes the rows."""

    select = SelectColumn()
    product = tables.Column(accessor="residency__product", verbose_name=gettext_lazy("Product"), order_by=("product", "pk"))
    reference = tables.Column(accessor="residency__reference", verbose_name=gettext_lazy("Reference"), order_by="pk")
    area = tables.Column(accessor="residency__program_area", verbose_name=gettext_lazy("Program area"), orderable=False)
    since = tables.Column(accessor="residency__state", verbose_name=gettext_lazy("State, since"), order_by=("state_since", "pk"))
    phase = tables.Column(accessor="phase", verbose_name=gettext_lazy("Phase"), orderable=False)
    blocker = tables.Column(verbose_name=gettext_lazy("Blockers"), orderable=False, default="")
    next_date = tables.Column(verbose_name=gettext_lazy("Next date"), default="")
    owner = tables.Column(accessor="residency__owner", verbose_name=gettext_lazy("Lab lead"), orderable=False, default="")

    class Meta:
        attrs = {"class": "table table-hover align-middle table-dense", "data-label": gettext_lazy("Residencies")}
        order_by_field = "sort"
        per_page_field = "per_page"

    cards = True
    rows_template = "components/written_rows.html"

    def __init__(self, *args: Any, selects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if selects else ("select",), **kwargs)
        self.selects = selects

    def order_next_date(self, rows: ResidencyQuerySet, is_descending: bool) -> tuple[ResidencyQuerySet, bool]:
        due = F("graduation_due_on")
        return rows.order_by(due.desc(nulls_last=True) if is_descending else due.asc(nulls_last=True), "pk"), True


SELECT = '<td role="cell" class="cell-select">{}</td>'
# The labels are for a phone, where a row is a card.
ROW = """<tr role="row">
  {{}}<td role="cell" class="cell-title"><a href="{{}}">{{}}</a></td>
  <td role="cell" data-label="{reference}" class="nowrap text-muted">{{}}</td>
  <td role="cell" data-label="{area}" title="{{}}">{{}}</td>
  <td role="cell" data-label="{since}" class="cell-whole">{{}} <span class="text-muted">{{}}</span></td>
  <td role="cell" data-label="{phase}">{{}}</td>
  <td role="cell" data-label="{blocker}" class="cell-wide">{{}}</td>
  <td role="cell" data-label="{next_date}">{{}}</td>
  <td role="cell" data-label="{owner}">{{}}</td>
</tr>
"""


@cache
def _row(language: str) -> str:
    """The row with its labels in `language`, which is the one in use."""
    return format_html(ROW, **{name: column.verbose_name for name, column in ResidencyTable.base_columns.items()})


def row_html(row: ResidencyRow, selects: bool = False) -> SafeString:
    """A residency's row, its cells in the order of ResidencyTable's columns; with a box to tick if the table `selects`."""
    it = row.residency
    box = format_html(SELECT, select_box(it.pk, it.product)) if selects else ""
    return format_html(
        _row(get_language()), box, it.get_absolute_url(), it.product, it.reference, it.program_area.ministry.name, it.program_area.name,
        _chip(it.state, get_language()), day_short(it.state_since), str(row.phase), _blocker(row), _next_date(row), str(it.owner or ""),
    )  # fmt: skip


@cache
def _chip(state: str, language: str) -> SafeString:
    """The state as a chip, in the words of `language`, which is the one in use."""
    look = state_look(state)
    return chip(look.label, look.tone, look.icon)


def _blocker(row: ResidencyRow) -> str:
    """The main blocker, cut short by the style where it doesn't fit, after how many there are if there are several."""
    blocker = row.blocker
    if not blocker or not blocker.more:
        return format_html('<span title="{0}">{0}</span>', blocker.message) if blocker else ""
    count = _("%(count)d blockers") % {"count": blocker.more + 1}
    return format_html('<strong>{0}</strong> <span class="text-muted" title="{1}">{1}</span>', count, blocker.message)


def _late(days: int) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def _next_date(row: ResidencyRow) -> str:
    next_date = row.next_date
    if not next_date:
        return ""
    if next_date.late:
        # As wide as the date it replaces, so that a row stays one line; the date is in the title and for screen readers.
        what = f"{next_date.what} {day_short(next_date.on)}"
        late = _late(next_date.days_late)
        return format_html('<span class="need-age-late" title="{0}">{1}</span><span class="visually-hidden"> {0}</span>', what, late)
    return format_html('<span title="{0}">{1}</span><span class="visually-hidden"> {0}</span>', next_date.what, day_short(next_date.on))


# ── As a file ────────────────────────────────────────────────────────────────────────────────────

HEADER = (
    gettext_lazy("Reference"), gettext_lazy("Product"), gettext_lazy("Program area"), gettext_lazy("Ministry"), gettext_lazy("State"),
    gettext_lazy("Since"), gettext_lazy("Phase"), gettext_lazy("Blockers"), gettext_lazy("Live since"),
    gettext_lazy("Graduation due"), gettext_lazy("Lab lead"), gettext_lazy("The problem"),
)  # fmt: skip
BATCH = 1000


def export_rows(residencies: ResidencyQuerySet, today: datetime.date) -> Iterator[tuple[Any, ...]]:
    """The cells of every row of `residencies`, read in batches so that memory does not grow with the list."""
    batch: list[Residency] = []
    for residency in residencies.for_list().iterator(chunk_size=BATCH):
        batch.append(residency)
        if len(batch) == BATCH:
            yield from map(_cells, rows_of(batch, today))
            batch = []
    yield from map(_cells, rows_of(batch, today))


def _cells(row: ResidencyRow) -> tuple[Any, ...]:
    it = row.residency
    return (
        it.reference, it.product, it.program_area.name, it.program_area.ministry.name, State(it.state).label,
        timezone.localdate(it.state_since), row.phase, row.blocker.message if row.blocker else "", it.live_on,
        it.graduation_due_on, str(it.owner or ""), it.problem,
    )  # fmt: skip
