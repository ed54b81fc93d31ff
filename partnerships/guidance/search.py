"""What search offers of the guidance for partnerships, the library and the model chooser."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models import PartnershipModel, Practice, Resource
from spelling.compare import search_words
from web.search import MOST_HITS, Hit, Query, page, source

page(_("Choose a partnership model"), "model-chooser", keywords=_("chooser ranking questions partner outreach co-location"))
page(_("Guidance for partnerships"), "guidance", keywords=_("practices checklists models themes partner"))
page(_("Tools and templates for partnerships"), "library", keywords=_("library resources memorandum plan partner"))
page(_("Trip kit"), "guidance-trips", keywords=_("travel road emergency kit outreach visit"))

GUIDANCE = _("Guidance")


@source(GUIDANCE, order=80)
def models_called(query: Query) -> Iterator[Hit]:
    """Find models, practices and tools by any of their words; three queries."""
    if not query.user.has_perm("partnerships.view_guidance") or not search_words(query.text):
        return
    for model in PartnershipModel.objects.filter(_has("name", query))[:MOST_HITS]:
        yield Hit(model.name, model.get_absolute_url())
    for practice in Practice.objects.filter(_has("text", query) | Q(code__iexact=query.text), retired_on=None)[:MOST_HITS]:
        yield Hit(practice.text, practice.get_absolute_url(), f"{practice.code}, {practice.get_theme_display()}")
    for resource in Resource.objects.filter(_has("title", query), superseded_by=None)[:MOST_HITS]:
        yield Hit(resource.title, resource.get_absolute_url(), resource.get_kind_display())


def _has(path: str, query: Query) -> Q:
    condition = Q()
    for word in search_words(query.text):
        condition &= Q(**{f"{path}__icontains": word})
    return condition
