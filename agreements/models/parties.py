"""Who agrees, how they are asked, and what they did (EL-22, EL-23, EL-27, EL-28)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, AGREEING, EVIDENCE, SUBJECT, personal
from agreements.models.agreement import Agreement, AgreementVersion, Section, State
from agreements.models.templates import TemplateRole
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField


@recorded(
    in_stream="agreement__stream",
    fields="agreement role person from_at to_at delegated_from confirmed_by",
    acts="agreement-party-set party-replaced hand-over-confirmed",
)
@personal("person confirmed_by", purpose=AGREEING, kept=EVIDENCE)
class Party(models.Model):
    """Who fills a role of an agreement from one moment to another; never overwritten, and not hashed.

    `delegated_from` handed the role over, as `confirmed_by` confirmed (EL-29).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    role = models.ForeignKey(TemplateRole, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="agreement_parties")
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)
    delegated_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="handed_to", editable=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = RecordQuerySet["Party"].as_manager()

    class Meta:
        ordering = ["role__position", "pk"]
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "role"], condition=models.Q(to_at=None), name="agreements_one_holder"),
            models.CheckConstraint(
                condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="agreements_party_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


@recorded(in_stream="section__version__agreement__stream", fields="party section read_at how", acts="sections-read")
class SectionRead(models.Model):
    """A party says that it has read a section, by a press of its own (EL-23).

    `how` is empty for marks made before this was kept.
    """

    class How(models.TextChoices):
        ONE_BY_ONE = "one-by-one", _("one by one")
        TOGETHER = "together", _("together with other sections")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="reads")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="reads")
    read_at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=12, choices=How, blank=True, editable=False)

    objects = RecordQuerySet["SectionRead"].as_manager()

    class Meta:
        ordering = ["section__number"]
        constraints = [models.UniqueConstraint(fields=["party", "section"], name="agreements_read_once")]

    def __str__(self) -> str:
        return f"{self.party_id} read {self.section_id}"


@personal("sent_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Invitation(models.Model):
    """A party is asked to sign, or to read, one version. Links to it come and go (`tokens`)."""

    class Purpose(models.TextChoices):
        SIGN = "sign", _("To sign")
        READ = "read", _("For information")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="invitations")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="invitations")
    purpose = models.CharField(max_length=10, choices=Purpose)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    links_asked = models.PositiveIntegerField(default=0)
    first_opened_at = models.DateTimeField(null=True)
    first_opened_by = models.ForeignKey("InvitationToken", null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(fields=["party", "version"], condition=models.Q(revoked_at=None), name="agreements_one_invitation"),
            models.CheckConstraint(condition=models.Q(purpose__in=["sign", "read"]), name="agreements_invitation_purpose"),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def is_live(self) -> bool:
        """Whether it still opens the version: not revoked, and the party still fills its role."""
        return self.revoked_at is None and self.party.to_at is None and self.version.state != State.DRAFT

    @property
    def may_sign(self) -> bool:
        """Whether it is for signing, and signing is still asked for."""
        return self.is_live and self.purpose == self.Purpose.SIGN and self.version.is_open and not self.is_declined

    @property
    def sign_by(self) -> datetime.date:
        """The day by which its party is asked to sign; nothing ends on it."""
        return timezone.localdate(self.made_at) + datetime.timedelta(days=self.version.agreement.template_version.signing_days)

    @property
    def is_declined(self) -> bool:
        """Whether the party has declined what this invitation asks (EL-29)."""
        return hasattr(self, "decline")

    @property
    def may_propose(self) -> bool:
        """Whether its party can ask for other words: signed or not, signing or informed, while these are the newest (EL-25).

        Nothing is changed once the subject has ended (EL-85).
        """
        return self.is_live and self.version.may_be_amended and self.version.agreement.subject.is_under_way


class InvitationToken(models.Model):
    """One link to an invitation, as the SHA-256 of its token: the token itself is kept nowhere (EL-28)."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="tokens")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    minted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Link {self.pk}"

    def opens_at(self, moment: datetime.datetime) -> bool:
        """Whether it opens its invitation at `moment`."""
        return self.revoked_at is None and self.expires_at > moment and self.invitation.is_live

    def seconds_until(self, moment: datetime.datetime) -> int:
        """Whole seconds from when it was sent to `moment`."""
        return max(0, round((moment - self.minted_at).total_seconds()))


@recorded(
    in_stream="version__agreement__stream", fields="version party role typed_name signed_at evidence evidence_sha256 annex", acts="signed"
)
@personal("typed_name evidence annex", purpose=AGREEING, kept=EVIDENCE)
class Signature(models.Model):
    """A party signed exactly these words. Triggers refuse any change to a row (EL-26, EL-27).

    The foreign key points at the hash of the words, so that a signature on unknown words is impossible.
    `evidence` goes round with the document; `annex` (address and browser), which it names by hash, stays here.
    """

    version = models.ForeignKey(
        AgreementVersion, to_field="content_sha256", db_column="version_sha256", on_delete=models.PROTECT, related_name="signatures"
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signatures")
    role = models.ForeignKey(TemplateRole, on_delete=models.PROTECT, related_name="+")
    typed_name = LineField(max_length=200)
    signed_at = models.DateTimeField()
    evidence = models.BinaryField(editable=False)
    evidence_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    annex = models.BinaryField(null=True, editable=False)

    objects = RecordQuerySet["Signature"].as_manager()

    class Meta:
        ordering = ["signed_at", "pk"]
        verbose_name = _("signature")
        constraints = [
            models.UniqueConstraint(fields=["version", "party"], name="agreements_sign_once"),
            models.UniqueConstraint(fields=["version", "role"], name="agreements_one_signature_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.typed_name}, {self.signed_at:%Y-%m-%d}"


TRIES = 5


@personal("sent_to browser_sha256", purpose=AGREEING, kept=EVIDENCE)
class SigningCode(models.Model):
    """A code that was asked for from one browser, known by its HMAC alone, which is there once its mail has left.

    `browser_sha256` is of what that browser's session holds; the code is worth nothing in another. Newer
    codes end older ones (`ended_at`).
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="codes")
    browser_sha256 = models.CharField(max_length=64, editable=False)
    sent_to = models.CharField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    hmac = models.CharField(max_length=64, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("one-time code")
        constraints = [
            models.UniqueConstraint(fields=["invitation"], condition=models.Q(ended_at=None), name="agreements_one_code"),
            models.CheckConstraint(condition=models.Q(tries__lte=TRIES), name="agreements_code_tries"),
            models.CheckConstraint(
                condition=models.Q(hmac="", expires_at=None, verified_at=None) | (~models.Q(hmac="") & models.Q(expires_at__isnull=False)),
                name="agreements_code_minted",
            ),
        ]

    def __str__(self) -> str:
        return f"Code {self.pk}"

    @property
    def is_used_up(self) -> bool:
        return self.tries >= TRIES

    @property
    def tries_left(self) -> int:
        return TRIES - self.tries

    def has_expired(self, moment: datetime.datetime) -> bool:
        """Whether it was sent too long ago to be typed at `moment`; one that has not left yet has not."""
        return self.expires_at is not None and self.expires_at <= moment


@personal("person", purpose=AGREEING, kept=EVIDENCE)
class Signatory(models.Model):
    """Who signs for the lab in a role of this name, from one moment to another; proposed for every new agreement (EL-36)."""

    role = LineField(_("role"), max_length=120)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="standing_signatures")
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "pk"]
        verbose_name = _("lab signatory")
        verbose_name_plural = _("lab signatories")
        constraints = [
            models.UniqueConstraint(fields=["role"], condition=models.Q(to_at=None), name="agreements_one_signatory"),
            models.CheckConstraint(
                condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="agreements_signatory_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"


@personal("text by", purpose=ACCOUNTABLE, kept=SUBJECT)
class PartyNote(models.Model):
    """What lab staff noted about a signer, such as “called, will sign Friday”; parties never read it."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="notes")
    text = LineField(_("note"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="agreements_note_has_text")]

    def __str__(self) -> str:
        return self.text
