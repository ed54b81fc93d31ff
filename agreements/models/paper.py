"""An existing agreement that was signed on paper: the scan, and the two at the lab who vouch for it."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, AGREEING, EVIDENCE, personal
from ledger.records import RecordQuerySet, recorded

FOLDER = "paper"


def scan_path(paper: PaperAgreement, filename: str) -> str:
    """A random name: nothing of what the person typed reaches the disk (ASVS 5.3.2)."""
    return f"{FOLDER}/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


class PaperQuerySet(RecordQuerySet["PaperAgreement"]):
    def current(self) -> PaperQuerySet:
        """Recorded and not withdrawn, confirmed or not."""
        return self.filter(withdrawn_at=None)

    def in_force(self) -> PaperQuerySet:
        """Vouched for by two, and not withdrawn: these count for the gate."""
        return self.current().exclude(confirmed_at=None)


@recorded(
    in_stream="stream",
    fields=(
        "stream title parties signers signed_on file sha256 size_bytes recorded_at recorded_by confirmed_at confirmed_by withdrawn_at "
        "withdrawn_by withdrawal_reason"
    ),
    acts="paper-recorded paper-confirmed paper-withdrawn",
)
@personal("parties signers file", purpose=AGREEING, kept=EVIDENCE)
@personal("recorded_by confirmed_by withdrawn_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class PaperAgreement(models.Model):
    """A scan of an agreement signed on paper, with what is printed on it; never sealed as if it had been signed here.

    `recorded_by` vouches for the scan and what was copied from it; it counts once another account, `confirmed_by`,
    has compared both. Triggers keep every word of it; only the confirmation and the withdrawal are written later, once.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="paper_agreements")
    title = models.CharField(_("title"), max_length=200)
    parties = models.TextField(_("parties"))
    signers = models.TextField(_("signers"))
    signed_on = models.DateField(_("date of the last signature"))
    file = models.FileField(_("scan"), upload_to=scan_path)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("agreement signed on paper")
        verbose_name_plural = _("agreements signed on paper")
        constraints = [
            models.UniqueConstraint(fields=["stream"], condition=models.Q(withdrawn_at=None), name="agreements_one_on_paper"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | (models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~models.Q(confirmed_by=models.F("recorded_by"))),
                name="agreements_paper_two_vouch",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="agreements_paper_withdrawn_why",
            ),
            models.CheckConstraint(condition=models.Q(sha256__length=64), name="agreements_paper_hash"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.withdrawn_at is None

    @property
    def label(self) -> str:
        """What this is, said wherever it appears."""
        if self.withdrawn_at:
            return __("Signed on paper; the scan was withdrawn.")
        if self.confirmed_by is None:
            return __("Signed on paper; scan recorded by %(first)s, waiting for a second person to confirm it.") % {
                "first": self.recorded_by
            }
        return __("Signed on paper; scan recorded by %(first)s and confirmed by %(second)s.") % {
            "first": self.recorded_by,
            "second": self.confirmed_by,
        }
