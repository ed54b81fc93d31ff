"""Who signs for the lab, kept once, and what staff noted about a signer (EL-22, EL-36)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, AGREEING, EVIDENCE, SUBJECT, personal
from agreements.models.parties import Party
from people.fields import LineField


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
