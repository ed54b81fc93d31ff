"""Case studies of service partnerships in the public showcase: pages, Atom and JSON (SP-08, EL-95).

Every answer is made from `public_cases`, which reads what was frozen when a case was published, and nothing else.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import address_of
from partnerships.cases.queries import listed_cases, public_cases, state_of_cases
from partnerships.cases.rules import EXAMPLE
from partnerships.cases.views import MODEL_CHOICES
from partnerships.models import CaseVersion, CommunityKind, Theme
from partnerships.models.cases import Tagged
from people.models import Organization
from reports.showcase.kinds import Entry, ShowcaseKind, register
from reports.showcase.public import as_json, atom, for_everyone, newest, page_of
from spelling.compare import search_words

WHY = "Published case studies are for everyone. They show what lab operations published and every partner agreed to, and nothing else."
FILTERS = ("q", "model", "theme", "level", "community")
ALL = ("", gettext_lazy("All"))
public = for_everyone(state_of_cases, why=WHY)


class PublicCaseFilter(forms.Form):
    """The search and filters of the public list; they are in the address."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    model = forms.ChoiceField(label=gettext_lazy("Model"), required=False, choices=[ALL, *MODEL_CHOICES])
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False, choices=[ALL, *Theme.choices])
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=[ALL, *Organization.Level.choices])
    community = forms.ChoiceField(label=gettext_lazy("Community"), required=False, choices=[ALL, *CommunityKind.choices])

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set and can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _wanted(request: HttpRequest) -> tuple[PublicCaseFilter, Any]:
    filters = PublicCaseFilter(request.GET)
    asked = filters.wanted
    return filters, listed_cases(search_words(asked.get("q", "")), **{name: asked[name] for name in FILTERS[1:] if name in asked})


@public
def showcase_cases(request: HttpRequest) -> HttpResponse:
    """List the published case studies and examples, with search and filters; three queries."""
    filters, rows = _wanted(request)
    page = page_of(request, rows)
    cases = [row | {"url": reverse("showcase-case", args=[row["code"]])} for row in public_cases(page.object_list)]
    context = {"filters": filters, "page": page, "cases": cases, "query": urlencode(filters.wanted)}
    return render(request, "reports/showcase/cases.html", context)


@public
def showcase_case(request: HttpRequest, code: str) -> HttpResponse:
    """Show one case as it was published; two queries."""
    rows = public_cases(CaseVersion.objects.published().filter(code=code)[:1])
    if not rows:
        raise Http404(code)
    return render(request, "reports/showcase/case.html", {"case": rows[0], "is_example": rows[0]["kind"] == EXAMPLE})


def _labels(row: dict[str, Any]) -> tuple[str, ...]:
    columns = {"models": "leaves", "levels": "levels", "communities": "communities", "themes": "themes"}
    return tuple(str(Tagged.TAGS[column](code).label) for name, column in columns.items() for code in row[name])


def _atom(request: HttpRequest, rows: Any) -> HttpResponse:
    entries = [
        Entry(row["title"], row["background"], address_of("showcase-case", row["code"]), row["published_at"], _labels(row))
        for row in public_cases(newest(rows))
    ]
    return atom(_("%(lab)s case studies") % {"lab": settings.LAB_NAME}, "showcase-cases", "showcase-cases-feed", entries)


def _json(request: HttpRequest, rows: Any) -> HttpResponse:
    page = page_of(request, rows)
    items = [row | {"url": address_of("showcase-case", row["code"])} for row in public_cases(page.object_list)]
    return as_json(request, page, items, feed_name="showcase-cases-feed", filters=FILTERS)


FORMATS = {"atom": _atom, "json": _json}


@public
def cases_feed(request: HttpRequest, file_format: str) -> HttpResponse:
    """Return the case studies as Atom (the newest fifty) or JSON (in pages), under the same filters as the list."""
    if file_format not in FORMATS:
        raise Http404(file_format)
    _filters, rows = _wanted(request)
    return FORMATS[file_format](request, rows)


def _pages() -> Iterator[tuple[str, datetime.date]]:
    """Yield the address of each published case and the day it was published; one query."""
    for code, at in CaseVersion.objects.published().order_by("pk").values_list("code", "from_at"):
        yield address_of("showcase-case", code), at.date()


register(ShowcaseKind("cases", gettext_lazy("Case studies"), "showcase-cases", _pages, state_of_cases))
