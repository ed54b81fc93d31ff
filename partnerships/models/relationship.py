"""Rounds in which partners rate their relationship, each on its own (SP-03, PB-29)."""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, CONTACT, EVIDENCE, SUBJECT, personal
from acts.revisions import Revised
from findings import Finding, blocking
from ledger.records import RecordQuerySet, recorded
from partnerships.models.partnership import Partner, Partnership


@recorded(
    in_stream="partnership__stream",
    fields="partnership number opened_on due_on ended_on close_reason",
    acts="round-opened round-revealed round-closed",
)
@personal("opened_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class RatingRound(models.Model):
    """A round of ratings: open until every partner in it has rated, or until it is closed with a reason. Ratings are hidden until then."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="rating_rounds")
    number = models.PositiveSmallIntegerField(_("number"))
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due date"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(_("ended on"), null=True)
    close_reason = models.TextField(_("why it was closed"), max_length=1000, blank=True)

    objects = RecordQuerySet["RatingRound"].as_manager()

    class Meta:
        ordering = ["partnership", "-number"]
        verbose_name = _("rating round")
        verbose_name_plural = _("rating rounds")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="partnerships_round_number"),
            models.UniqueConstraint(fields=["partnership"], condition=Q(ended_on=None), name="partnerships_one_open_round"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("opened_on")), name="partnerships_round_dates"),
            models.CheckConstraint(condition=Q(close_reason="") | Q(ended_on__isnull=False), name="partnerships_round_closed"),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(ended_on=None), name="partnerships_rounds_due")]

    def __str__(self) -> str:
        return gettext("Round %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("rating-round", args=[self.partnership.reference, self.pk])

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    def is_late(self, today: datetime.date) -> bool:
        return self.is_open and self.due_on < today


def round_open() -> Finding:
    return blocking("round-open", gettext("A round is already open."), gettext("Wait until every partner has rated, or close it."))


declare("partnerships_one_open_round", round_open)


# Without the nonce, anyone who reads the ledger could try the few possible scores until the hash fits, before the ratings are shown.
@recorded(
    in_stream="round__partnership__stream",
    fields="round partner scores reasons given_on nonce",
    acts="relationship-rated relationship-rerated",
)
@personal("given_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class PartnerRating(Revised):
    """A partner's part in a round: a score from 1 to 5 and perhaps a reason for each criterion, both by its code, once it has rated.

    Until the round ends, only the person who gave them may see them (`partnerships/workspace/relationship/queries.py`).
    """

    round = models.ForeignKey(RatingRound, on_delete=models.PROTECT, related_name="ratings")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="ratings")
    scores = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    given_on = models.DateField(_("rated on"), null=True)
    given_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("rated by"))
    nonce = models.CharField(max_length=64, default=secrets.token_hex, editable=False)

    objects = RecordQuerySet["PartnerRating"].as_manager()

    class Meta:
        ordering = ["round", "pk"]
        verbose_name = _("rating of a relationship")
        verbose_name_plural = _("ratings of relationships")
        constraints = [
            models.UniqueConstraint(fields=["round", "partner"], name="partnerships_rating_once"),
            models.CheckConstraint(
                condition=Q(given_on=None, given_by=None) | Q(given_on__isnull=False, given_by__isnull=False),
                name="partnerships_rating_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.partner)

    @property
    def partnership(self) -> Partnership:
        return self.round.partnership


@personal("person", purpose=CONTACT, kept=SUBJECT)
class RatingLink(models.Model):
    """A link in an email by which a coordinator rates, and later reads the results, without an account. Only its hash is stored."""

    rating = models.ForeignKey(PartnerRating, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()

    def __str__(self) -> str:
        return f"link for {self.rating_id}"
