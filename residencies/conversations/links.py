"""Links with which an invited person answers without an account: issued as the mail leaves, kept only as a hash (EL-84)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from people.identity import Presenter
from residencies.models import ConversationAnswerLink, ConversationInvitee, ConversationMeeting
from web.token_pages import digest, new_token


@recipe("residencies.conversations.issue_answer_link")
@transaction.atomic
def issue_answer_link(invitee: int) -> str:
    """Issue a link for a mail that is leaving now. Raises `NoLongerHolds` if there is nothing to answer any more."""
    row = ConversationInvitee.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=invitee)
    meeting = ConversationMeeting.objects.filter(conversation=row.conversation_id).first()
    if row.removed_at or row.conversation.is_held or meeting is None or not meeting.is_to_come:
        raise NoLongerHolds(_("The conversation has been held or cancelled."))
    token = new_token()
    ConversationAnswerLink.objects.create(invitee=row, sha256=digest(token))
    return address_of("conversation-reply", token)


@dataclass(frozen=True)
class AnswerLinkHolder(Presenter):
    """Someone who came by the link in an invitation; it answers for that invited person alone."""

    link: ConversationAnswerLink

    def __str__(self) -> str:
        return str(self.link.invitee.person)

    def may_answer(self, invitee: Any) -> bool:
        """Return whether the link is on record and is for this person and conversation."""
        links = ConversationAnswerLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256)
        return links.filter(invitee=invitee.pk, invitee__removed_at=None).exists()


def answer_link(token: str) -> ConversationAnswerLink | None:
    """Return the link with this token; one query."""
    rows = ConversationAnswerLink.objects.select_related("invitee__person", "invitee__conversation__residency__stream")
    return rows.filter(sha256=digest(token), invitee__removed_at=None).first()
