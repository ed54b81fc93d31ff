"""Follow-ups for tests, as rows."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from ledger.subjects import Subject
from oversight.followups.links import FollowUpLinkHolder, follow_up_link, issue_follow_up_link
from oversight.models import FollowUp, FollowUpKind
from people.models import Person
from tests.factories import person

TEAM = ["Ana Morrow", "Bo Lindqvist", "Cy Okafor"]


def follow_up(of: Subject, *, days_ago: int = 0, kind: str = FollowUpKind.SIX_MONTHS, **fields: Any) -> FollowUp:
    """A follow-up that was due so many days ago, with a contact and three people to ask about."""
    due_on = timezone.localdate() - datetime.timedelta(days=days_ago)
    contact = fields.pop("contact") if "contact" in fields else person()
    made_at = timezone.now() - datetime.timedelta(days=200)
    return FollowUp.objects.create(stream=of.stream, kind=kind, due_on=due_on, contact=contact, made_at=made_at, **{"team": TEAM, **fields})


def token_of(row: FollowUp, to: Person | None = None) -> str:
    """A new link's token, made as for an email that leaves now."""
    recipient = to or row.contact
    assert recipient is not None
    return issue_follow_up_link(row.pk, recipient.pk).rsplit("/", 1)[-1]


def by_link(row: FollowUp) -> FollowUpLinkHolder:
    """The contact, as they come by their link."""
    link = follow_up_link(token_of(row))
    assert link is not None
    return FollowUpLinkHolder(link)
