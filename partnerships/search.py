"""What search offers of partnerships."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership
from web.search import MOST_HITS, Hit, Query, link, page, source

page(_("Partnerships"), "partnership-list", keywords=_("service partnerships jurisdictions"))
page(_("Audit of agreements"), "agreement-audit", keywords=_("auditor findings expired unsigned topics review"))
page(_("Start a partnership"), "partnership-start", keywords=_("new partnership"))
page(_("Organizations"), "organizations", keywords=_("directory governments partners contacts by role"))
page(_("Add an organization"), "organization-add", keywords=_("new partner municipality"))
link(
    "partnership", _("Relationship of the partners of %(name)s"), "relationship", "partnerships.view_partnership",
    keywords=_("ratings rounds trust work together criteria"),
)  # fmt: skip


@source(_("Partnerships"), order=15, as_typed=True)
def partnerships(query: Query) -> Iterator[Hit]:
    """Find partnerships as their list does, newest first; one query."""
    if not query.text.strip():
        return
    for row in Partnership.objects.visible_to(query.user).matching(query.text, query.meant).order_by("-pk")[:MOST_HITS]:
        yield Hit(row.name, row.get_absolute_url(), f"{row.reference}, {row.get_state_display()}")
