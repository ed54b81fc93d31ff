"""The list of residencies: its filters, which the address holds, and one declaration for the screen and for what is exported."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.lab import lab_staff
from people.lists.bulk import SelectColumn
from residencies.lifecycle.blockers import Blocker, blockers, remembered_blockers
from residencies.lifecycle.rules import days_left
from residencies.models import Ministry, Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import Phase, State
from web.forms import PlainCheckbox, PlainSelect, PlainText
from web.paging import KeyedRows

UNDER_WAY = "under_way"
TO_REVIEW = "to_review"
NOBODY = "nobody"


# Behind a function in the filters below: a filter set copies all its lists, item by item, for each request.
STATES = [(UNDER_WAY, gettext_lazy("Under way")), (TO_REVIEW, gettext_lazy("Waiting for review")), *State.choices]


class ResidencyFilter(django_filters.FilterSet):
    """Which residencies to show. The choices of ministry and owner cost one query each, chosen or not; `staff` are the owners."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ministries = [(str(pk), name) for pk, name in Ministry.objects.values_list("pk", "name")]
        self.filters["ministry"].extra["choices"] = lambda: ministries
        self.staff = sorted(lab_staff(), key=str)
        owners = [(NOBODY, gettext_lazy("Not named yet")), *((str(user.pk), str(user)) for user in self.staff)]
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


BlockerFinder = Callable[[Iterable[Residency], datetime.date], Mapping[int, Blocker]]


def rows_of(residencies: Iterable[Residency], today: datetime.date, find: BlockerFinder = blockers) -> list[ResidencyRow]:
    """`residencies` as rows, in their order; the blockers of all are found together."""
    residencies = list(residencies)
    by_stream = find(residencies, today)
    return [ResidencyRow(residency, by_stream.get(residency.stream_id), today) for residency in residencies]


class ResidencyRows(KeyedRows):
    """Counted and ordered without a join; only the rows of the page asked for are fetched, with all that they show."""

    def rows_of_page(self, keys: list[int]) -> list[ResidencyRow]:
        residencies = Residency.objects.for_list().at_heads().in_bulk(keys)
        return rows_of([residencies[key] for key in keys if key in residencies], timezone.localdate(), remembered_blockers)


class ResidencyTable(tables.Table):
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
    rows_template = "residencies/_rows.html"

    def __init__(self, *args: Any, selects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if selects else ("select",), **kwargs)
        self.selects = selects

    def order_next_date(self, rows: ResidencyQuerySet, is_descending: bool) -> tuple[ResidencyQuerySet, bool]:
        due = F("graduation_due_on")
        return rows.order_by(due.desc(nulls_last=True) if is_descending else due.asc(nulls_last=True), "pk"), True


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
