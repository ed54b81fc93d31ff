"""What the address of a list asks for: words, order and page."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import EmptyPage
from django.http import HttpRequest
from django_tables2 import RequestConfig, Table

PAGE_SIZES = (50,)


def paged(request: HttpRequest, table: Table, sizes: Sequence[int] = PAGE_SIZES) -> Table:
    """Sort `table` and take its page from the address: `per_page` is one of `sizes`, the first unless asked.

    Whatever else stands there asks for the first page, and a page past the end for the last (D3-3).
    """
    RequestConfig(request, paginate=False).configure(table)
    size = next((size for size in sizes if str(size) == request.GET.get("per_page")), sizes[0])
    try:
        table.paginate(page=_number(request.GET.get("page", "")), per_page=size)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)
    return table


def _number(asked: str) -> int:
    try:
        return max(1, int(asked))
    except ValueError:
        return 1


def words_sought(request: HttpRequest, name: str = "q") -> str:
    """The words to look for, at most a hundred letters; without NUL, which PostgreSQL takes in no text (D3-3)."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]
