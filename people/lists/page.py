"""What every list has in common: filters in the address, views, an order, pages, acts on selected rows, and an export.

A view of ours declares a table and a filter and hands both to `list_page`; `components/list.html` shows what it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django_tables2 import Table

from ledger.memory import at_heads, head, remembered
from people.identity import account_on
from people.models import SavedView, User
from web.paging import KeyedRows, paged

NOT_SAVED = ("page", "next")


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class View:
    """A view that comes with a list: its name, and what the address asks for in it."""

    label: Any
    query: Mapping[str, Any]


@dataclass(frozen=True)
class Acts:
    """What can be done with selected rows: a template with its buttons, and the address that takes them."""

    template: str
    url: str


@dataclass(frozen=True)
class ViewLink:
    """A view to choose: built in, or one's own with where it is renamed and deleted."""

    label: Any
    url: str
    current: bool
    edit_url: str = ""


@dataclass(frozen=True)
class ListPage:
    """A list as `components/list.html` shows it."""

    name: str
    url: str
    filter: Any
    table: Table
    chips: list[Chip]
    views: list[ViewLink]
    query: str
    save_url: str
    exports: list[tuple[str, str]] = field(default_factory=list)
    acts: Acts | None = None
    fault: Any = ""

    @property
    def address(self) -> str:
        """The list as it is asked for now, to come back to."""
        return f"{self.url}?{self.query}" if self.query else self.url

    @property
    def faults(self) -> list[tuple[Any, Any]]:
        """What is wrong with the filters, by the label of each."""
        return [(field.label, error) for field in self.filter.form for error in field.errors] if self.filter else []


class RememberedRows(KeyedRows):
    """Rows of subjects as HTML. Only those of the page asked for are read, and written only if no page has shown them since an act
    changed them. `what` names the rows, and `written` writes those with some keys.
    """

    what = ""

    def rows_of_page(self, keys: list[int]) -> list[SafeString]:
        rows = at_heads(self.data.model._default_manager.filter(pk__in=keys)).order_by()
        ends = rows.values_list("pk", "revision", "own_head", "lab_head")
        # While a residency is a draft, its product is saved without acts, and only the revision tells.
        heads = {key: f"{end}/{revision}" if (end := head(own, lab)) else "" for key, revision, own, lab in ends}
        html = remembered(self.what, heads, timezone.localdate(), self.written)
        return [mark_safe(html[key]) for key in keys if key in html]  # noqa: S308 - escaped as it was written

    def written(self, keys: list[int]) -> Mapping[int, str]:
        """Return each row as HTML, escaped."""
        raise NotImplementedError


def list_page(
    request: HttpRequest,
    table: Table,
    filterset: Any = None,
    *,
    views: Iterable[View] = (),
    export: str = "",
    acts: Acts | None = None,
    fault: Any = "",
) -> ListPage:
    """Sort and page `table` as the address asks and put what belongs around it together; at most one query beside the table's own.

    `export` is the name of the address that exports the list; `fault` says what is shown while a filter makes no sense.
    """
    match = request.resolver_match
    name = str(match.url_name) if match else ""
    url, query = request.path, kept(request.GET)
    table = paged(request, table)
    links = _links(request, name, url, query, views)
    known = any(link.current for link in links)
    save = {"page": name, "query": query}
    return ListPage(
        name=name,
        url=url,
        filter=filterset,
        table=table,
        chips=chips(filterset, request.GET) if filterset is not None else [],
        views=links,
        query=request.GET.urlencode(),
        save_url="" if known or not query else f"{reverse('view-save')}?{urlencode(save)}",
        exports=_exports(export, request.GET),
        acts=acts,
        fault=fault,
    )


def kept(query: QueryDict) -> str:
    """What a view keeps of an address: filters and order, without what is empty and without the page."""
    pairs = [(key, value) for key, values in query.lists() for value in values if value and key not in NOT_SAVED]
    return urlencode(sorted(pairs))


def _links(request: HttpRequest, name: str, url: str, query: str, views: Iterable[View]) -> list[ViewLink]:
    built_in = [(view.label, urlencode(sorted((key, str(value)) for key, value in view.query.items()))) for view in views]
    links = [ViewLink(label, f"{url}?{asked}", asked == query) for label, asked in built_in]
    own = _saved_views(account_on(request), name)
    links += [ViewLink(label, f"{url}?{asked}", asked == query, reverse("view-edit", args=[pk])) for pk, label, asked in own]
    return [ViewLink(_("All"), url, not query), *links]


def _saved_views(account: User, page: str) -> list[list[Any]]:
    """Return key, name and query of each of the account's own views of a page, remembered until the lab's next act; one query."""
    rows = SavedView.objects.filter(account=account, page=page).values_list("pk", "name", "query")
    key = f"{account.pk}/{page}"
    write = lambda keys: {key: [list(row) for row in rows] for key in keys}
    return remembered("views", {key: account.lab_head}, timezone.localdate(), write)[key]


def _exports(name: str, query: QueryDict) -> list[tuple[str, str]]:
    if not name:
        return []
    asked = query.urlencode()
    urls = [(label, reverse(name, args=[file_format])) for label, file_format in ((_("CSV"), "csv"), (_("Excel"), "xlsx"))]
    return [(label, f"{url}?{asked}" if asked else url) for label, url in urls]


# ── Filters that are on ──────────────────────────────────────────────────────────────────────


def chips(filterset: Any, query: QueryDict) -> list[Chip]:
    """The filters that are on, in the order in which they stand in the address: the last one chosen last."""
    on = []
    for name in query:
        value = filterset.form.cleaned_data.get(name) if filterset.is_valid() else None
        if name in filterset.filters and value:
            label = filterset.filters[name].label
            words = _words(filterset, name, value)
            on.append(Chip(f"{label}: {words}" if words else str(label), without(query, name)))
    return on


def without(query: QueryDict, *names: str) -> str:
    """The address of the list without `names`, on its first page."""
    left = query.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return f"?{left.urlencode()}"


def _words(filterset: Any, name: str, value: Any) -> str:
    if value is True:
        return ""
    field = filterset.form.fields[name]
    choices = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))
