"""What search offers of the guidance for partnerships, the library, case studies and the model chooser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models import CaseStudy, PartnershipModel, Practice, Resource
from partnerships.models.guidance import ResourceKind, Theme
from spelling.compare import search_words
from web.search import MOST_HITS, Hit, Query, page, source

page(_("Choose a partnership model"), "model-chooser", keywords=_("chooser ranking questions partner outreach co-location"))
page(_("Guidance for partnerships"), "guidance", keywords=_("practices checklists models themes partner"))
page(_("Tools and templates for partnerships"), "library", keywords=_("library resources memorandum plan partner"))
page(_("Case studies of partnerships"), "case-list", keywords=_("cases examples lessons partner"))
page(_("Trip kit"), "guidance-trips", keywords=_("travel road emergency kit outreach visit"))

GUIDANCE = _("Guidance")


@source(GUIDANCE, order=80, as_typed=True)
def guidance_called(query: Query) -> Iterator[Hit]:
    """Find models, practices, tools and case studies by any of their words, in that order; one query."""
    if not query.user.has_perm("partnerships.view_guidance") or not search_words(query.text):
        return
    models = _columns(PartnershipModel.objects.filter(_has("name", query)), 1, "code", "name", Value(""))
    practices = Practice.objects.filter(_has("text", query) | Q(code__iexact=query.text), retired_on=None)
    tools = Resource.objects.filter(_has("title", query), superseded_by=None)
    cases = CaseStudy.objects.visible_to(query.user).filter(_has("title", query) | _has("place", query))
    rows = models.union(
        _columns(practices, 2, "code", "text", F("theme")),
        _columns(tools, 3, Cast("pk", CharField()), "title", F("kind")),
        _columns(cases, 4, Cast("pk", CharField()), "title", F("kind")),
        all=True,
    )
    for rank, key, words, detail in rows.order_by("rank", "key")[: 4 * MOST_HITS]:
        yield _HITS[rank](key, words, detail)


def _columns(rows: QuerySet[Any], rank: int, key: Any, words: str, detail: Any) -> QuerySet[Any]:
    """Return rows of one kind in the columns that all kinds share."""
    named = {"rank": Value(rank), "key": F(key) if isinstance(key, str) else key, "words": F(words), "detail": detail}
    return rows.order_by().annotate(**named).values_list(*named)


def _model(key: str, words: str, detail: str) -> Hit:
    return Hit(words, reverse("guidance-model", args=[key]))


def _practice(key: str, words: str, detail: str) -> Hit:
    return Hit(words, f"{reverse('guidance-theme', args=[detail])}#{key}", f"{key}, {Theme(detail).label}")


def _tool(key: str, words: str, detail: str) -> Hit:
    return Hit(words, reverse("resource", args=[key]), str(ResourceKind(detail).label))


def _case(key: str, words: str, detail: str) -> Hit:
    return Hit(words, reverse("case", args=[key]), str(CaseStudy.Kind(detail).label))


_HITS = {1: _model, 2: _practice, 3: _tool, 4: _case}


def _has(path: str, query: Query) -> Q:
    condition = Q()
    for word in search_words(query.text):
        in_words = Q()
        for each in query.meant(word):
            in_words |= Q(**{f"{path}__icontains": each})
        condition &= in_words
    return condition
