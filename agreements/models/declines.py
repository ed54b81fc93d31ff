"""What a party says instead of signing: no, somebody else, or that is not me (EL-29)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, AGREEING, EVIDENCE, personal
from agreements.models.agreement import AgreementVersion
from agreements.models.parties import Invitation, InvitationToken, Party
from ledger.records import RecordQuerySet, recorded
from people.fields import AddressField, LineField


@recorded(in_stream="invitation__version__agreement__stream", fields="invitation reason declined_at", acts="declined-to-sign")
@personal("reason", purpose=AGREEING, kept=EVIDENCE)
class Decline(models.Model):
    """A party declined to sign what one invitation asked for, with the reason. Triggers refuse any change to a row.

    Lab operations can invite the party again: that is another invitation.
    """

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="decline")
    reason = models.TextField()
    declined_at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet["Decline"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("decline")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="agreements_decline_has_reason")]

    def __str__(self) -> str:
        return f"Decline {self.pk}"


@recorded(
    in_stream="version__agreement__stream",
    fields="party version name email title organisation reason state proposed_by proposed_at decided_at decided_by answer to_party",
    before=["party version name email title organisation reason state proposed_at decided_at decided_by answer to_party"],
    acts="hand-over-proposed hand-over-confirmed hand-over-refused party-replacement-asked",
)
@personal("name email title organisation reason proposed_by decided_by", purpose=AGREEING, kept=EVIDENCE)
class HandOver(models.Model):
    """Somebody else of a party's side is to sign: the party proposes it, or lab staff (`proposed_by`) do; lab staff confirm or refuse.

    Who proposed it for the lab does not confirm it too (OP-03). Confirmed, `party` has ended and `to_party` fills the role.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for lab operations")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="hand_overs")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="hand_overs")
    name = LineField(max_length=150)
    email = AddressField(max_length=254)
    title = LineField(max_length=150, blank=True)
    organisation = LineField(max_length=200, blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    to_party = models.OneToOneField(Party, null=True, on_delete=models.PROTECT, related_name="came_by")

    objects = RecordQuerySet["HandOver"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("hand-over")
        constraints = [
            models.UniqueConstraint(fields=["party", "version"], condition=models.Q(state="proposed"), name="agreements_one_hand_over"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="agreements_hand_over_has_reason"),
            models.CheckConstraint(
                condition=models.Q(state="proposed", decided_at=None, to_party=None)
                | models.Q(state="confirmed", decided_at__isnull=False, to_party__isnull=False)
                | (models.Q(state="refused", decided_at__isnull=False, to_party=None) & ~models.Q(answer="")),
                name="agreements_hand_over_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"Hand-over {self.pk}"


@personal("settled_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class WrongPerson(models.Model):
    """Somebody who came by a link said that they are not whom it names; lab operations look at it."""

    link = models.ForeignKey(InvitationToken, on_delete=models.PROTECT, related_name="wrong_persons")
    said_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("wrong person")
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=models.Q(settled_at=None), name="agreements_wrong_person_once"),
        ]

    def __str__(self) -> str:
        return f"Wrong person {self.pk}"
