"""Addresses that stand for a person: made as mail leaves or once on a page, known by their hash alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from people.identity import Presenter
from people.models import Person
from teams.models import AnswerLink, Sprint
from web.token_pages import digest, new_token


@recipe("teams.links.mint_answer")
@transaction.atomic
def issue_answer_link(sprint: int, person: int) -> str:
    """A new address by which a person says whether they come to a review, for a mail that is leaving now.

    Raises `NoLongerHolds` when the review was held or called off meanwhile: the mail is withdrawn then.
    """
    # Cancelling the review locks it too: no address is made for a review that is being called off.
    row = Sprint.objects.select_for_update().get(pk=sprint)
    if not row.is_planned or row.starts_at <= timezone.now():
        raise NoLongerHolds(_("The review has been held or cancelled."))
    token = new_token()
    AnswerLink.objects.create(sprint=row, person_id=person, sha256=digest(token))
    return address_of("review-answer", token)


@dataclass(frozen=True)
class Answering:
    """Whether one person comes to one review: what the permission to answer is about."""

    sprint: Sprint
    person: Person


@dataclass(frozen=True)
class AnswerLinkHolder(Presenter):
    """Someone who came by the link in a reminder; it answers for its person and its review alone."""

    link: AnswerLink

    def __str__(self) -> str:
        return str(self.link.person)

    def may_answer(self, answering: Answering) -> bool:
        """Whether the link is on record and is for this person and review."""
        links = AnswerLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256)
        return links.filter(sprint=answering.sprint.pk, person=answering.person.pk).exists()


def answer_link(token: str) -> AnswerLink | None:
    """The link with this token, whether its review is still to come or not."""
    rows = AnswerLink.objects.select_related("sprint__team__stream__residency", "person")
    return rows.filter(sha256=digest(token)).first()
