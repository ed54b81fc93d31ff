"""What the address of a list asks for: words, order and page; its length is counted no further than somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, QueryDict
from django_tables2 import RequestConfig, Table
from django_tables2.data import TableQuerysetData

PAGE_SIZES = (50,)
COUNTED = 1_000
LAST_PAGE = 100_000_000


class KeyedRows(TableQuerysetData):
    """Rows in the order of their keys: the first thousand are read at once, so that what is looked for is looked for one time.

    Their number is the count and a piece of them the page; `rows_of_page` fetches what a page shows.
    """

    def counted(self, most: int) -> int:
        """How many there are, as far as `most`; a page further down is counted and found on its own."""
        if most > COUNTED + 1:
            return int(self.data.order_by()[:most].count())
        return len(self._first)

    def __getitem__(self, page: Any) -> Any:
        keys = self._first[page] if page.stop <= COUNTED else list(self._keys[page])
        return self.rows_of_page(keys)

    def rows_of_page(self, keys: list[int]) -> list[Any]:
        """The rows with these keys, in their order."""
        raise NotImplementedError

    @cached_property
    def _first(self) -> list[int]:
        return list(self._keys[: COUNTED + 1])

    @property
    def _keys(self) -> Any:
        return self.data.values_list("pk", flat=True)


class OpenEnded(Paginator):
    """Counts to a thousand, or to the end of the page asked for, and then says "more than": as dear for a long list as for a longer.

    `rows` are those of a table over a QuerySet.
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
        """How many there are at least, when there are more than were counted; 0 when all were."""
        return self.bound if self.count > self.bound else 0


def paged(request: HttpRequest, table: Table, sizes: Sequence[int] = PAGE_SIZES) -> Table:
    """Sort `table` and take its page from the address: `per_page` is one of `sizes`, the first unless asked.

    Whatever else stands there asks for the first page, and a page past the end for the last (D3-3).
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
    """Every row of `table`'s QuerySet in the order that the address asks for: what an export of the same list holds."""
    RequestConfig(request, paginate=False).configure(table)
    return table.data.data


def _number(asked: str) -> int:
    try:
        return max(1, int(asked))
    except ValueError:
        return 1


def words_sought(request: HttpRequest, name: str = "q") -> str:
    """The words to look for, at most a hundred letters; without NUL, which PostgreSQL takes in no text (D3-3)."""
    return words_in(request.GET, name)


def words_in(data: QueryDict, name: str = "q") -> str:
    """The same of a form that was sent."""
    return data.get(name, "").replace("\x00", "").strip()[:100]
