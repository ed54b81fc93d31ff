"""Finding what an address names, for those who may know of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ledger.memory import at_heads
from partnerships.models import Partner, Partnership, Site
from people.models import User


def partnership_or_404(user: User, reference: str) -> Partnership:
    """Return the partnership called `reference`, with its lead, board and stream, in one query; Http404 alike for one that is hidden."""
    rows = at_heads(Partnership.objects.visible_to(user).select_related("stream", "lead", "board"))
    partnership = rows.filter(reference=reference).first()
    if partnership is None:
        params = {"reference": reference}
        raise Http404(_("Partnership %(reference)s doesn’t exist, or your account doesn’t have access to it.") % params)
    return partnership


def part_or_404(parts: QuerySet[Any], user: User, reference: str, **which: Any) -> Any:
    """Return the one of `parts` that `which` names, with its partnership, of which `user` may know."""
    partnership = partnership_or_404(user, reference)
    part = parts.filter(partnership=partnership, **which).first()
    if part is None:
        raise Http404(_("It isn’t part of this partnership."))
    part.partnership = partnership
    return part


def partner_or_404(user: User, reference: str, partner: int) -> Partner:
    """Return a partner of today."""
    return part_or_404(Partner.objects.select_related("organization", "coordinator"), user, reference, pk=partner, left_on=None)


def site_or_404(user: User, reference: str, site: int) -> Site:
    """Return a site with its host."""
    return part_or_404(Site.objects.select_related("host__organization"), user, reference, pk=site)
