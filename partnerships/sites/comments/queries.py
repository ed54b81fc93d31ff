"""Comments on record: figures by site, for everyone on the partnership, and who can follow up (PB-48)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

from dates.months import months_after
from partnerships.models import ClientComment, Partnership, Site
from partnerships.sites.comments.rules import DAYS_TO_FOLLOW_UP, CommentFacts, Figures, figures
from partnerships.sites.opening.queries import opening_of
from people.models import Person

MONTHS = 12
WITHOUT_CALENDAR = datetime.timedelta(days=14)  # at a site that doesn't open


def follow_up_due(site: Site, received_on: datetime.date) -> datetime.date:
    """Return when the follow-up of a comment is due: the tenth day after it on which the site is open; two queries."""
    return opening_of(site).days_after(received_on, DAYS_TO_FOLLOW_UP) or received_on + WITHOUT_CALENDAR


def figures_of(sites: Sequence[Site], today: datetime.date) -> list[tuple[Site, Figures]]:
    """Return each site's figures over twelve months; one query, which reads nothing personal."""
    names = ("tone", "due_on", "followed_up_on", "tone_after")
    rows = ClientComment.objects.filter(site__in=sites, received_on__gt=months_after(today, -MONTHS)).order_by("pk")
    by_site = defaultdict(list)
    for site, *values in rows.values_list("site", *names):
        by_site[site].append(CommentFacts(*values))
    return [(site, figures(by_site[site.pk], today)) for site in sites]


def people_who_can_follow_up(partnership: Partnership) -> list[int]:
    """Return the partners' coordinators with an account, who can open a comment's page, by key; one query."""
    rows = Person.objects.filter(coordinated__partnership=partnership, coordinated__left_on=None, user__is_active=True)
    return list(rows.distinct().values_list("pk", flat=True))
