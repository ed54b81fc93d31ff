"""Links by which partners read a case study and answer without an account: made as the email leaves, and known by their hash alone."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from partnerships.cases.queries import text_sha256
from partnerships.models import CaseConsent, CaseLink
from people.identity import Presenter
from web.token_pages import digest, new_token

LASTS = datetime.timedelta(days=60)


@recipe("partnerships.links.case")
@transaction.atomic
def issue_case_link(consent: int, person: int) -> str:
    """Make the address by which a partner answers, for an email that is leaving now.

    Raises `NoLongerHolds` if it has agreed, or the text has changed meanwhile: the email is withdrawn then.
    """
    row = CaseConsent.objects.select_for_update(of=("self",)).select_related("case__partnership", "partner").get(pk=consent)
    if row.answer == CaseConsent.Answer.AGREED or row.partner.left_on or row.text_sha256 != text_sha256(row.case):
        raise NoLongerHolds(_("The partner has answered, or the text has changed."))
    token = new_token()
    CaseLink.objects.create(consent=row, person_id=person, sha256=digest(token), expires_on=timezone.localdate() + LASTS)
    return address_of("case-by-link", token)


@dataclass(frozen=True)
class CaseLinkHolder(Presenter):
    """Someone who came by the link in the email; it answers for that partner alone."""

    link: CaseLink

    def __str__(self) -> str:
        return str(self.link.person)

    def may_answer(self, consent: CaseConsent) -> bool:
        """Return whether the link is on record for this partner's answer and hasn't expired."""
        rows = CaseLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256, consent=consent.pk, consent__partner__left_on=None)
        return rows.filter(expires_on__gte=timezone.localdate()).exists()


def case_link(token: str) -> CaseLink | None:
    """Return the link with this token, unless it has expired or its partner has left."""
    rows = CaseLink.objects.select_related("person", "consent__partner__organization", "consent__case__partnership__stream")
    return rows.filter(sha256=digest(token), expires_on__gte=timezone.localdate(), consent__partner__left_on=None).first()
