"""Follow-ups with a product some months after its subject has ended (EL-56, EL-82)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, CONTACT, EVIDENCE, SUBJECT, personal
from ledger import subjects
from ledger.records import RecordQuerySet, recorded
from people.fields import AddressField, LineField


class FollowUpKind(models.TextChoices):
    SIX_MONTHS = "six_months", _("6-month follow-up")
    TWELVE_MONTHS = "twelve_months", _("12-month follow-up")


class InUse(models.TextChoices):
    """Whether people still use the product."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly, or by fewer people")
    NO = "no", _("No")


class FollowUpQuerySet(RecordQuerySet["FollowUp"]):
    def unanswered(self) -> FollowUpQuerySet:
        return self.filter(answered_on=None)

    def overdue(self, today: datetime.date) -> FollowUpQuerySet:
        """Return the follow-ups that were due two weeks ago or longer and aren't answered."""
        return self.unanswered().filter(due_on__lt=today - GRACE)


GRACE = datetime.timedelta(days=14)


@recorded(
    in_stream="stream",
    fields="stream kind due_on team answered_on in_use together changed right_contact",
    acts="follow-up-answered",
)
@personal("contact fallback new_contact_name new_contact_email", purpose=CONTACT, kept=SUBJECT)
@personal("team together", purpose=ACCOUNTABLE, kept=EVIDENCE)
@personal("answered_by answered_by_name", purpose=ACCOUNTABLE, kept=EVIDENCE)
class FollowUp(models.Model):
    """A few questions to the product owner on a day after the end: is the product in use, and who of the team is still together.

    `team` are the names that are asked about and `together` those that were ticked. The answer is final. `fallback` is asked if
    the contact can't be reached or doesn't answer.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=20, choices=FollowUpKind)
    due_on = models.DateField(_("due date"))
    team = models.JSONField(default=list, blank=True)
    contact = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="follow_ups", verbose_name=_("contact"))
    fallback = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("fallback contact"))
    made_at = models.DateTimeField(default=timezone.now)
    answered_on = models.DateField(_("date answered"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=150, blank=True)
    in_use = models.CharField(_("product in use"), max_length=10, choices=InUse, blank=True)
    together = models.JSONField(_("still with the product"), default=list, blank=True)
    changed = models.TextField(_("what changed"), blank=True)
    right_contact = models.BooleanField(_("still the right contact"), null=True)
    new_contact_name = LineField(_("name of the new contact"), max_length=150, blank=True)
    new_contact_email = AddressField(_("email address of the new contact"), max_length=254, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.UniqueConstraint(fields=["stream", "kind"], name="oversight_follow_up_once"),
            models.CheckConstraint(condition=Q(kind__in=FollowUpKind.values), name="oversight_known_follow_up"),
            models.CheckConstraint(
                condition=Q(answered_on=None, in_use="") | (Q(answered_on__isnull=False) & Q(in_use__in=InUse.values)),
                name="oversight_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(new_contact_name="", new_contact_email="") | Q(right_contact=False), name="oversight_new_contact_replaces"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(answered_on=None), name="oversight_follow_ups_open")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("follow-up", args=[self.subject.reference, self.pk])

    @property
    def subject(self) -> Any:
        return subjects.subject_of(self.stream)

    @property
    def asks_for_contact(self) -> bool:
        """Return whether it asks if the contact is still the right one: the last one does."""
        return self.kind == FollowUpKind.TWELVE_MONTHS

    def is_overdue(self, today: datetime.date) -> bool:
        return self.answered_on is None and self.due_on < today - GRACE


@personal("person", purpose=CONTACT, kept=SUBJECT)
class FollowUpLink(models.Model):
    """An address in an email by which its reader answers a follow-up, known by its hash alone. It expires."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.person_id} about {self.follow_up_id}"
