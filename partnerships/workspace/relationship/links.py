"""Links by which coordinators rate, and read the results, without an account. They are issued at sending; only hashes are stored."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from partnerships.models import PartnerRating, RatingLink
from people.identity import Presenter
from web.token_pages import digest, new_token

LINK_DAYS = 90


@recipe("partnerships.links.rating")
@transaction.atomic
def issue_rating_link(rating: int, person: int) -> str:
    """Return a new link for rating, for a mail that is being sent.

    Raises `NoLongerHolds` if the person no longer coordinates for the partner, or the partner has left.
    """
    row = PartnerRating.objects.filter(pk=rating, partner__coordinator=person, partner__left_on=None).first()
    if row is None:
        raise NoLongerHolds(_("Someone else rates for this partner now."))
    token = new_token()
    expires_on = timezone.localdate() + datetime.timedelta(days=LINK_DAYS)
    RatingLink.objects.create(rating=row, person_id=person, sha256=digest(token), expires_on=expires_on)
    return address_of("rating-by-link", token)


def valid_links() -> QuerySet[RatingLink]:
    """Return the links that haven't expired and whose person still coordinates for the partner."""
    today = timezone.localdate()
    return RatingLink.objects.filter(expires_on__gte=today, rating__partner__left_on=None, rating__partner__coordinator=F("person"))


@dataclass(frozen=True)
class RatingLinkHolder(Presenter):
    """A coordinator who came by the link in a mail. It is for one partner's rating only."""

    link: RatingLink

    def __str__(self) -> str:
        return str(self.link.person)

    def may_rate(self, rating: PartnerRating) -> bool:
        """Return whether the link is on record for this rating, hasn't expired, and is still the coordinator's."""
        return valid_links().filter(pk=self.link.pk, sha256=self.link.sha256, rating=rating.pk).exists()


def rating_link(token: str) -> RatingLink | None:
    """Return the valid link with this token, with what its page shows; one query."""
    rows = valid_links().select_related("person", "rating__round__partnership__stream", "rating__partner__organization")
    return rows.filter(sha256=digest(token)).first()
