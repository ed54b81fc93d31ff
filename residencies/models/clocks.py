"""The way home: releases, the clock to graduation, and conversations when it is hard."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, TEAMWORK, personal
from acts.revisions import Revised
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField
from residencies.models.residency import Residency


@recorded(in_stream="residency__stream", fields="residency stage released_on note is_final", acts="released live release-corrected")
class Release(models.Model):
    """A release on record; the one marked final started the clock (EL-80)."""

    class Stage(models.TextChoices):
        ALPHA = "alpha", _("Alpha")
        BETA = "beta", _("Beta")
        LIVE = "live", _("Live")

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="releases")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    released_on = models.DateField(_("release date"))
    note = LineField(_("summary of the release"), max_length=500, blank=True)
    is_final = models.BooleanField(default=False, editable=False)

    objects = RecordQuerySet["Release"].as_manager()

    class Meta:
        ordering = ["released_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["residency"], condition=models.Q(is_final=True), name="residencies_one_final_release"),
            models.CheckConstraint(condition=models.Q(is_final=False) | models.Q(stage="live"), name="residencies_final_is_live"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.released_on}"


@recorded(in_stream="residency__stream", fields="residency from_on to_on reason by at", acts="graduation-extended")
@personal("by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Extension(models.Model):
    """Another day for graduation, set by lab leadership with a reason (EL-83): a later one, or an earlier one to mend a mistake."""

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="extensions")
    from_on = models.DateField()
    to_on = models.DateField(_("new date"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet["Extension"].as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(to_on=models.F("from_on")), name="residencies_extension_moves"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="residencies_extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} → {self.to_on}"


@recorded(
    in_stream="residency__stream",
    fields="residency team story ceremony_on ceremony_place",
    acts="graduated graduation-edited",
)
@personal("team", purpose=TEAMWORK, kept=EVIDENCE)
class Graduation(Revised):
    """What is on record about a residency's graduation: its team as it was then, its story, and the ceremony (EL-82).

    `team` is a copy of where each person went (`residencies.lifecycle.team.Member`), so that it doesn't change with the roster.
    """

    residency = models.OneToOneField(Residency, on_delete=models.PROTECT, related_name="graduation")
    team = models.JSONField(default=list, blank=True, editable=False)
    story = models.TextField(_("story"), blank=True)
    ceremony_on = models.DateField(_("date of the ceremony"), null=True, blank=True)
    ceremony_place = LineField(_("place of the ceremony"), max_length=200, blank=True)

    objects = RecordQuerySet["Graduation"].as_manager()

    def __str__(self) -> str:
        return f"Graduation of {self.residency_id}"


class ConversationQuerySet(RecordQuerySet["Conversation"]):
    def current(self) -> ConversationQuerySet:
        """Those that no correction took the place of."""
        return self.filter(corrected_by=None)

    def to_a_pivot(self) -> ConversationQuerySet:
        """Those that were held and ended in a pivot (EL-85)."""
        return self.current().filter(outcome=Conversation.Outcome.PIVOT)


@recorded(
    in_stream="residency__stream",
    fields="residency expectation raised_by opened_on due_on held_on present notes outcome corrects correction_reason",
    acts="conversation-opened conversation-held",
)
@personal("present notes", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Conversation(Revised):
    """A conversation because a party cannot meet an expectation; a pivot needs one that was held (EL-84, EL-85).

    Once held, triggers refuse any change to the row. A mistake in it is corrected by a row that names it (`corrects`).
    """

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("Resolved")
        AMENDED = "amended", _("Agreement to be amended")
        PIVOT = "pivot", _("Pivot")

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="conversations")
    expectation = models.TextField(_("expectation that can’t be met"))
    raised_by = LineField(_("raised by"), max_length=150)
    opened_on = models.DateField()
    due_on = models.DateField(_("to hold by"))
    held_on = models.DateField(_("date held"), null=True, blank=True)
    present = models.TextField(_("attendees"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    corrects = models.OneToOneField("self", null=True, editable=False, on_delete=models.PROTECT, related_name="corrected_by")
    correction_reason = models.TextField(blank=True, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_on=None, outcome="") | (models.Q(held_on__isnull=False) & ~models.Q(outcome="")),
                name="residencies_held_has_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(corrects=None, correction_reason="")
                | (models.Q(corrects__isnull=False, held_on__isnull=False) & ~models.Q(correction_reason="")),
                name="residencies_correction_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(held_on=None), name="residencies_conversations_open")]

    def __str__(self) -> str:
        return f"Conversation of {self.opened_on}"

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.residency.reference, self.pk])

    @property
    def is_held(self) -> bool:
        return self.held_on is not None

    @property
    def is_corrected(self) -> bool:
        """Whether a later row says what came of it instead."""
        return hasattr(self, "corrected_by")
