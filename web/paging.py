"""Lists: what an address asks for (search words, order, page), and cells that come from a template. Rows are counted only as far as someone looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any

import django_tables2 as tables
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django_tables2 import RequestConfig, Table
from django_tables2.data import TableQuerysetData

PAGE_SIZES = (50,)
COUNTED = 1_000
LAST_PAGE = 100_000_000


class KeyedRows(TableQuerysetData):
    """Rows by key: the first thousand keys are read at once, so that the search runs only once.

    The number of keys is the count, and a slice of them is the page. `rows_of_page` fetches the rows that a page shows.
    """

    def counted(self, most: int) -> int:
        """Count the rows, up to `most`. Pages past the first thousand rows are counted and fetched separately."""
        if most > COUNTED + 1:
            return int(self.data.order_by()[:most].count())
        return len(self._first)

    def __getitem__(self, page: Any) -> Any:
        keys = self._first[page] if page.stop <= COUNTED else list(self._keys[page])
        return self.rows_of_page(keys)

    def rows_of_page(self, keys: list[int]) -> list[Any]:
        """Return the rows with these keys, in this order."""
        raise NotImplementedError

    @cached_property
    def _first(self) -> list[int]:
        return list(self._keys[: COUNTED + 1])

    @property
    def _keys(self) -> Any:
        return self.data.values_list("pk", flat=True)


class OpenEnded(Paginator):
    """A paginator that counts to a thousand, or to the end of the requested page, and then says "more than".

    Its cost doesn't grow with the list. `rows` are those of a table over a QuerySet.
    """

    def __init__(self, rows: Any, per_page: int, *, asked: int = 1, **kwargs: Any) -> None:
        super().__init__(rows, per_page, **kwargs)
        self.rows = rows.data
        self.bound = max(COUNTED, min(asked, LAST_PAGE) * per_page)

    @cached_property
    def count(self) -> int:
        most = self.bound + 1
        return self.rows.counted(most) if isinstance(self.rows, KeyedRows) else int(self.rows.data.order_by()[:most].count())

    @property
    def more_than(self) -> int:
        """The number that was counted, if there are more rows than that; 0 if all were counted."""
        return self.bound if self.count > self.bound else 0


def paged(request: HttpRequest, table: Table, sizes: Sequence[int] = PAGE_SIZES) -> Table:
    """Sort and paginate `table` as the address asks; `per_page` is one of `sizes`, by default the first.

    An invalid page number means the first page, and a page past the end means the last (D3-3).
    """
    RequestConfig(request, paginate=False).configure(table)
    size = next((size for size in sizes if str(size) == request.GET.get("per_page")), sizes[0])
    number = _number(request.GET.get("page", ""))
    try:
        table.paginate(OpenEnded, page=number, per_page=size, asked=number)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)
    return table


def in_order(request: HttpRequest, table: Table) -> Any:
    """Return all rows of `table`'s QuerySet in the order that the address asks for, for an export of the list."""
    RequestConfig(request, paginate=False).configure(table)
    return table.data.data


def _number(asked: str) -> int:
    try:
        return max(1, int(asked))
    except ValueError:
        return 1


def words_sought(request: HttpRequest, name: str = "q") -> str:
    """Return the search words in the address, at most 100 characters and without NUL, which PostgreSQL refuses (D3-3)."""
    return words_in(request.GET, name)


def words_in(data: QueryDict, name: str = "q") -> str:
    """Return the search words in a form that was sent."""
    return data.get(name, "").replace("\x00", "").strip()[:100]


# ── Cells ────────────────────────────────────────────────────────────────────────────────────────


@cache
def compiled(code: str) -> Template:
    """Return the template of `code`, compiled on its first use."""
    return Template(code)


class TemplateColumn(tables.TemplateColumn):
    """A column whose cells come from one short template. django-tables2's own compiles it again for every cell."""

    def render(self, record: Any, table: Any, value: Any, bound_column: Any, **kwargs: Any) -> str:
        context = getattr(table, "context", Context())
        facts = self.get_context_data(record=record, table=table, value=value, bound_column=bound_column, **kwargs)
        with context.update(facts | {"request": getattr(table, "request", None)}):
            return compiled(self.template_code).render(context)
