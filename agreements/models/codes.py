"""One-time codes by mail: a second proof, next to the link, of who signs (EL-28)."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models.parties import Invitation

TRIES = 5


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
