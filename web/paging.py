"""Lists: what an address asks for (search words, order, page), and cells that come from a template. Rows are counted only as far as someone looks."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, cached_property
from html import escape
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django.template.base import render_value_in_context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django_tables2 import RequestConfig
from django_tables2.columns import BoundColumn
from django_tables2.data import TableQuerysetData
from django_tables2.rows import BoundRow
from django_tables2.utils import signature

from web.icons import drawn

PAGE_SIZES = (25, 50, 100)
COUNTED = 1_000
LAST_PAGE = 100_000_000


class KeyedRows(TableQuerysetData):
    """Rows by key: the first thousand keys are read at once, so that the search runs only once.

    The number of keys is the count, and a slice of them is the page. `rows_of_page` fetches the rows that a page shows.
    """

    def counted(self, most: int) -> int:
        """Count the rows, up to `most`. Pages past the first thousand rows are counted and fetched separately."""
        if most > COUNTED + 1:
            return int(self.data.order_by().values("pk")[:most].count())
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
        return self.rows.counted(most) if isinstance(self.rows, KeyedRows) else int(self.rows.data.order_by().values("pk")[:most].count())

    @property
    def more_than(self) -> int:
        """The number that was counted, if there are more rows than that; 0 if all were counted."""
        return self.bound if self.count > self.bound else 0


def paged(request: HttpRequest, table: tables.Table) -> Table:
    """Sort and paginate `table` as the address asks; `per_page` is one of `PAGE_SIZES`, by default the first.

    An invalid page number means the first page, and a page past the end means the last (D3-3).
    """
    RequestConfig(request, paginate=False).configure(table)
    size = next((size for size in PAGE_SIZES if str(size) == request.GET.get("per_page")), PAGE_SIZES[0])
    table.sizes = PAGE_SIZES
    number = _number(request.GET.get("page", ""))
    try:
        table.paginate(OpenEnded, page=number, per_page=size, asked=number)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)
    return table


def in_order(request: HttpRequest, table: tables.Table) -> Any:
    """Return all rows of `table`'s QuerySet in the order that the address asks for, for an export of the list."""
    RequestConfig(request, paginate=False).configure(table)
    return table.data.data


def without_account(request: HttpRequest) -> HttpRequest:
    """Return what `request` asks for without who asks: for HTML that is remembered for everyone (ledger/memory.py)."""
    asks = HttpRequest()
    asks.method, asks.path, asks.path_info, asks.GET = request.method, request.path, request.path_info, request.GET
    asks.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "")
    return asks


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


def query_with(query: QueryDict, *pairs: Any) -> str:
    """Return an address's query with each name and value of `pairs` set; a value of None or "" removes the name."""
    asked = dict(query.lists())
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        asked[str(name)] = [] if value in (None, "") else [str(value)]
    return f"?{urlencode(asked, doseq=True)}"


class _Columns(OrderedDict[str, Any]):
    """The columns of a table's class. A table copies them for itself, but not what they hold, which nobody changes: copying that as well
    took a twentieth of a list's time."""

    def __deepcopy__(self, memo: dict[int, Any]) -> OrderedDict[str, Any]:
        return OrderedDict((name, copy.copy(column)) for name, column in self.items())


class Table(tables.Table):
    """A table of a list, made for each request."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.base_columns = _Columns(cls.base_columns)


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


class DateColumn(tables.Column):
    """A column of dates. django-tables2's own compiles a template for every cell."""

    def __init__(self, *args: Any, format: str = "SHORT_DATE_FORMAT", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format = format

    def render(self, value: Any) -> str:
        return date_format(value, self.format)


class CellColumn(tables.Column):
    """A column whose cells a function writes from the row's record, which costs less than a template."""

    def __init__(self, function: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(empty_values=(), **kwargs)
        self.function = function

    def render(self, record: Any) -> Any:
        return self.function(record)


@cache
def _arguments(function: Any) -> tuple[list[str], bool]:
    """Return which facts of a cell a `render` function takes, and whether it takes all."""
    names, takes_all = signature(function)
    return [name for name in names if name != "self"], bool(takes_all)


class CellWriter:
    """Writes the cells of a column. What is the same in every row is worked out once: where the value is, and what its `render` takes.

    The cells are those of django-tables2's `BoundRow.get_cell`, which works all of this out again for each of them.
    Attributes of a cell can't depend on its row, and a row has none of its own.
    """

    def __init__(self, column: BoundColumn, *, cards: bool) -> None:
        self.column, self.render, self.link = column, column.render, column.link
        self.default, self.empty_values = column.default, column.column.empty_values
        self.is_plain = not self.link and getattr(self.render, "__func__", None) is tables.Column.render
        self.takes, self.takes_all = _arguments(getattr(self.render, "__func__", self.render))
        label = format_html(' role="cell" data-label="{}"', capfirst(str(column.verbose_name))) if cards else ""
        self.opening = format_html("<td {}{}>", column.attrs["td"].as_html(), label)
        self.bits: tuple[str, ...] | None = None

    def write(self, row: BoundRow, context: Context) -> str:
        value = self._value(row.record)
        content = self.default if value in self.empty_values else value if self.is_plain else self._rendered(row, value)
        if type(content) is str:
            content = escape(content)
        elif type(content) is not SafeString:
            content = render_value_in_context(content, context)
        return f"{self.opening}{content}</td>"

    def _rendered(self, row: BoundRow, value: Any) -> Any:
        column = self.column
        facts = {
            "value": value, "record": row.record, "column": column.column, "bound_column": column, "bound_row": row, "table": row.table,
        }  # fmt: skip
        content = self.render(**facts if self.takes_all else {name: facts[name] for name in self.takes})
        return self.link(content, **facts) if self.link else content

    def _value(self, record: Any) -> Any:
        """Return the value of a record, in words if it is one of a model's choices; None if the record has none."""
        if self.bits is None:
            self.bits = self._bits(record)
        value = record
        try:
            for bit in self.bits:
                value = value[bit] if isinstance(value, dict) else value[int(bit)] if bit.isdecimal() else getattr(value, bit)
                if callable(value) and not getattr(value, "do_not_call_in_templates", False):
                    value = value()
                if value is None:
                    break
        except (AttributeError, LookupError, TypeError, ValueError):
            return None
        return value

    def _bits(self, record: Any) -> tuple[str, ...]:
        """Return the names that lead from a record to the value."""
        *path, name = self.column.accessor.bits
        has_choices = getattr(self.column.accessor.get_field(record), "choices", None)
        return (*path, f"get_{name}_display" if has_choices else name)


def written_rows(table: tables.Table, context: Context) -> SafeString:
    """Return the rows of the table's page as HTML, which takes a fraction of what a template takes that writes cell by cell."""
    return mark_safe("".join(each_written(table, context)))  # noqa: S308 - each cell is escaped as it is written


def each_written(table: tables.Table, context: Context, *, striped: bool = True) -> list[str]:
    """Return each row of the table's page as HTML; not `striped` for rows that are remembered, wherever they stand in a list."""
    cards = bool(getattr(table, "cards", False))
    writers = [CellWriter(column, cards=cards) for column in table.columns]
    role = ' role="row"' if cards else ""
    rows = ((row, "".join(writer.write(row, context) for writer in writers)) for row in table.paginated_rows)
    look = lambda row: f' class="{row.get_even_odd_css_class()}"' if striped else ""
    return [f"<tr{look(row)}{role}>{cells}</tr>\n" for row, cells in rows]


_heads: dict[tuple[Any, ...], SafeString] = {}
MOST_HEADS = 1_000


def written_head(table: tables.Table, query: QueryDict) -> SafeString:
    """Return the cells of the table's head as HTML; a header that sorts leads to the first page of the other order.

    Each process keeps the heads it has written: writing one took a fifteenth of a list's time.
    """
    labels = tuple((column.name, str(column.verbose_name)) for column in table.columns)
    key = (type(table), table.prefix, str(table.order_by), labels, query.urlencode())
    if key not in _heads:
        if len(_heads) >= MOST_HEADS:
            _heads.clear()
        role = mark_safe(' role="columnheader"') if getattr(table, "cards", False) else ""
        cells = [_head_cell(table, column, query, role) for column in table.columns]
        _heads[key] = mark_safe("".join(cells))  # noqa: S308 - escaped below
    return _heads[key]


def _head_cell(table: tables.Table, column: BoundColumn, query: QueryDict, role: str) -> SafeString:
    order, sort, content = column.order_by_alias, "", column.header
    if column.orderable:
        sign = "sort" if not column.is_ordered else "down" if order.is_descending else "up"
        url = query_with(query, table.prefixed_order_by_field, order.next, table.prefixed_page_field, None)
        content = format_html('<a href="{}">{}{}</a>', url, content, drawn(sign))
    if column.is_ordered:
        sort = format_html(' aria-sort="{}"', "descending" if order.is_descending else "ascending")
    return format_html('<th {} scope="col"{}{}>{}</th>\n', column.attrs["th"].as_html(), role, sort, content)
