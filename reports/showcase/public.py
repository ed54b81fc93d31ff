"""The showcase as anyone reads it: pages, Atom, JSON and the site map (EL-95).

Every answer is made from `public_rows`. It is the same for everyone, sets no cookie and reads none, so that caches can keep it;
they ask each time whether it is still right, so that a page that is withdrawn is gone at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import condition, require_safe

from outbox.catalogue.messages import address_of
from reports.models import ShowcaseVersion
from reports.showcase.forms import PublicFilter
from reports.showcase.kinds import KINDS, Entry, State, state_of_kinds
from reports.showcase.queries import listed, offered, public_rows, state_of_all
from reports.showcase.rules import STAGES
from spelling.compare import search_words
from web.access import open_to_anyone

WHY = "The showcase is for everyone. It shows what both lab operations and the product owner released, and nothing else."
PAGE_SIZE = 24
IN_FEED = 50
FILTERS = ("q", "phase", "ministry", "theme")
View = Callable[..., HttpResponse]


def _etag(request: HttpRequest, state: State) -> str:
    known = (settings.RELEASE, settings.LAB_NAME, settings.SITE_URL, request.get_full_path(), *state())
    return f'"{hashlib.sha256(repr(known).encode()).hexdigest()[:32]}"'


def for_everyone(*states: State, why: str = WHY) -> Callable[[View], View]:
    """Make a view a public answer with an ETag of what `states` return: at most three queries if the caller has it already."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            etag = lambda request, *_args, **_kwargs: _etag(request, lambda: tuple(value for state in states for value in state()))
            response: HttpResponse = condition(etag_func=etag)(view)(request, *args, **kwargs)
            response["Cache-Control"] = "public, no-cache"
            return response

        return open_to_anyone(why)(require_safe(answer))

    return decorate


def _wanted(request: HttpRequest) -> tuple[PublicFilter, Any]:
    """Return the filters in the address, and the published versions that they leave."""
    filters = PublicFilter(request.GET, offered=offered())
    asked = filters.wanted
    rows = listed(
        search_words(asked.get("q", "")), stage=asked.get("phase", ""), ministry=asked.get("ministry", ""), theme=asked.get("theme", "")
    )
    return filters, rows


def page_of(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


@for_everyone(state_of_all)
def showcase(request: HttpRequest) -> HttpResponse:
    """List the products in the showcase, with search and filters; six queries."""
    filters, rows = _wanted(request)
    page = page_of(request, rows)
    products = [row | {"url": reverse("showcase-product", args=[row["reference"]])} for row in public_rows(page.object_list)]
    query = urlencode(filters.wanted)
    return render(request, "reports/showcase/list.html", {"filters": filters, "page": page, "products": products, "query": query})


@for_everyone(state_of_all)
def product(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one product as it was released; four queries."""
    rows = public_rows(ShowcaseVersion.objects.published().filter(reference=reference)[:1])
    if not rows:
        raise Http404(reference)
    return render(request, "reports/showcase/product.html", {"product": rows[0]})


def _atom(request: HttpRequest, rows: Any) -> HttpResponse:
    entries = [
        Entry(
            row["product"], row["summary"], address_of("showcase-product", row["reference"]), row["published_at"],
            (row["theme"], row["ministry"], str(STAGES.get(row["stage"], row["stage"]))),
        )
        for row in public_rows(newest(rows))
    ]  # fmt: skip
    return atom(_("%(lab)s showcase") % {"lab": settings.LAB_NAME}, "showcase", "showcase-feed", entries)


def newest(rows: Any) -> Any:
    """Return the versions that a feed shows: the newest fifty."""
    return rows.order_by("-from_at", "-pk")[:IN_FEED]


def atom(title: str, home: str, feed_name: str, entries: Iterable[Entry]) -> HttpResponse:
    """Return an Atom feed; `home` and `feed_name` are the names of its page's address and its own."""
    feed = Atom1Feed(
        title=title, link=address_of(home), description="", feed_url=address_of(feed_name, "atom"), language=settings.LANGUAGE_CODE
    )
    for each in entries:
        feed.add_item(
            title=each.title, link=each.link, description=each.summary, unique_id=each.link, pubdate=each.published_at,
            updateddate=each.published_at, categories=each.categories, author_name=settings.LAB_NAME,
        )  # fmt: skip
    text = StringIO()
    feed.write(text, "utf-8")
    return HttpResponse(text.getvalue(), content_type=f"{feed.content_type}")


def _json(request: HttpRequest, rows: Any) -> HttpResponse:
    page = page_of(request, rows)
    items = [row | {"url": address_of("showcase-product", row["reference"])} for row in public_rows(page.object_list)]
    return as_json(request, page, items, feed_name="showcase-feed", filters=FILTERS)


def as_json(request: HttpRequest, page: Any, items: list[dict[str, Any]], *, feed_name: str, filters: Sequence[str]) -> HttpResponse:
    """Return a page of items, how many there are in all, and the address of the next page under the same filters."""
    following = ""
    if page.has_next():
        asked = {name: request.GET[name] for name in filters if request.GET.get(name)}
        following = f"{address_of(feed_name, 'json')}?{urlencode(asked | {'page': page.next_page_number()})}"
    return JsonResponse({"items": items, "count": page.paginator.count, "next": following or None})


FORMATS = {"atom": _atom, "json": _json}


@for_everyone(state_of_all)
def feed(request: HttpRequest, file_format: str) -> HttpResponse:
    """Return the products as Atom (the newest fifty) or JSON (in pages), under the same filters as the list."""
    if file_format not in FORMATS:
        raise Http404(file_format)
    _filters, rows = _wanted(request)
    return FORMATS[file_format](request, rows)


@open_to_anyone(WHY)
@require_safe
def feed_elsewhere(request: HttpRequest, file_format: str) -> HttpResponse:
    """Lead from /showcase/.atom to /showcase.atom, with the same filters."""
    if file_format not in FORMATS:
        raise Http404(file_format)
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("showcase-feed", args=[file_format]) + (f"?{query}" if query else ""))


@for_everyone(state_of_all, state_of_kinds)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Name the pages that search engines may show: the showcase, its products, and the pages of its other kinds."""
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}))
    rows = ShowcaseVersion.objects.published().order_by("pk").values_list("reference", "from_at")
    pages = [(address_of("showcase"), ""), *((address_of("showcase-product", ref), f"{at:%Y-%m-%d}") for ref, at in rows)]
    for kind in KINDS.all():
        pages += [(address_of(kind.url_name), ""), *((link, f"{on:%Y-%m-%d}") for link, on in kind.pages())]
    for link, changed_on in pages:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", link)
        if changed_on:
            xml.addQuickElement("lastmod", changed_on)
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return HttpResponse(text.getvalue(), content_type="application/xml")
