"""Links by which people answer follow-ups without an account: made as the email leaves, and known by their hash alone."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.subjects import with_subject
from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from oversight.followups.rules import LINK_DAYS
from oversight.models import FollowUp, FollowUpLink
from people.identity import Presenter
from web.token_pages import digest, new_token


@recipe("oversight.links.follow_up")
@transaction.atomic
def issue_follow_up_link(follow_up: int, person: int) -> str:
    """Make the address by which a person answers a follow-up, for an email that is leaving now.

    Raises `NoLongerHolds` if it was answered meanwhile: the email is withdrawn then.
    """
    row = FollowUp.objects.select_for_update().get(pk=follow_up)
    if row.answered_on:
        raise NoLongerHolds(_("The follow-up has been answered."))
    token = new_token()
    expires_on = timezone.localdate() + datetime.timedelta(days=LINK_DAYS)
    FollowUpLink.objects.create(follow_up=row, person_id=person, sha256=digest(token), expires_on=expires_on)
    return address_of("follow-up-answer", token)


@dataclass(frozen=True)
class FollowUpLinkHolder(Presenter):
    """Someone who came by the link in the email; it answers that follow-up alone."""

    link: FollowUpLink

    def __str__(self) -> str:
        return str(self.link.person)

    def may_answer(self, follow_up: FollowUp) -> bool:
        """Return whether the link is on record for this follow-up and hasn't expired."""
        rows = FollowUpLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256, follow_up=follow_up.pk)
        return rows.filter(expires_on__gte=timezone.localdate()).exists()


def follow_up_link(token: str) -> FollowUpLink | None:
    """Return the link with this token, unless it has expired."""
    rows = FollowUpLink.objects.select_related("person", "follow_up", *with_subject("follow_up__stream"))
    return rows.filter(sha256=digest(token), expires_on__gte=timezone.localdate()).first()
