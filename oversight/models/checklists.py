"""Checklists of a subject: tasks with their owners, due dates and evidence (EL-72)."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, SUBJECT, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from ledger import subjects
from people.fields import LineField

FOLDER = "task-evidence"


class Anchor(models.TextChoices):
    """The day of a subject that a due date is counted from."""

    START = "start", _("the start")
    LIVE = "live", _("going live")
    GRADUATION = "graduation", _("the day graduation is due")
    END = "end", _("the end")
    DATE = "date", _("a date that was set")


class Blocks(models.TextChoices):
    """The step that a task is required for."""

    START = "start", _("Required before the start")
    LIVE = "live", _("Required before going live")
    GRADUATE = "graduate", _("Required before graduating")


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DOING = "doing", _("In progress")
    DONE = "done", _("Done")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


LEFT = (TaskState.OPEN, TaskState.DOING)
UNDER_WAY = Q(state__in=LEFT, closed=False)  # the condition of the index `oversight_tasks_left`


class Checklist(models.Model):
    """A subject's list of tasks, or of items that are only ticked; `code` names its template (oversight/checklists/library.py).

    With `after_end`, its tasks can be worked on after the subject has ended. A ticked list is saved once an item is ticked.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="checklists")
    code = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)
    after_end = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["stream", "code"], name="oversight_checklist_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> Any:
        return subjects.subject_of(self.stream)


class ChecklistItemQuerySet(models.QuerySet["ChecklistItem"]):
    def left(self) -> ChecklistItemQuerySet:
        """Return the tasks that are neither done nor not applicable."""
        return self.filter(state__in=LEFT)

    def under_way(self) -> ChecklistItemQuerySet:
        """Return the open tasks that can still be done, which excludes those closed when their subject ended."""
        return self.filter(UNDER_WAY)

    def with_evidence(self) -> ChecklistItemQuerySet:
        """Add `has_evidence`: whether there is a link or a file that wasn't withdrawn."""
        return self.annotate(has_evidence=Exists(TaskEvidence.objects.filter(item=OuterRef("pk"), withdrawn_at=None)))


@personal("owner", purpose=TEAMWORK, kept=SUBJECT)
@personal("done_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class ChecklistItem(Revised):
    """A task on a list, or an item that was ticked. Its text doesn't change with the template; `code` identifies the template's item.

    Its due date is counted in months and working days from the day of `anchor`, unless it was set by hand. `due_on` follows the
    anchor while the task is open, and is empty until that day is known. `closed` means that its subject ended first.
    """

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    text = LineField(_("task"), max_length=300)
    help = models.TextField(blank=True)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="checklist_items", verbose_name=_("owner")
    )
    anchor = models.CharField(max_length=12, choices=Anchor)
    offset_months = models.SmallIntegerField(default=0)
    offset_days = models.SmallIntegerField(default=0)
    due_on = models.DateField(_("due date"), null=True, blank=True)
    due_by_hand = models.BooleanField(_("due date set by hand"), default=False)
    blocks = models.CharField(max_length=12, choices=Blocks, blank=True)
    evidence_needed = models.BooleanField(default=False)
    state = models.CharField(_("status"), max_length=15, choices=TaskState, default=TaskState.OPEN)
    reason = models.TextField(_("reason"), blank=True)
    note = models.TextField(_("note"), blank=True)
    done_on = models.DateField(_("date completed"), null=True, blank=True)
    closed = models.BooleanField(default=False, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        ordering = ["checklist", "position", "pk"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="oversight_item_once"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="oversight_item_known_state"),
            models.CheckConstraint(condition=Q(anchor__in=Anchor.values), name="oversight_item_known_anchor"),
            models.CheckConstraint(condition=Q(blocks__in=["", *Blocks.values]), name="oversight_item_known_step"),
            models.CheckConstraint(
                condition=Q(state=TaskState.DONE, done_on__isnull=False) | (~Q(state=TaskState.DONE) & Q(done_on=None)),
                name="oversight_done_has_day",
            ),
            models.CheckConstraint(
                condition=(Q(state=TaskState.NOT_APPLICABLE) & ~Q(reason="")) | (~Q(state=TaskState.NOT_APPLICABLE) & Q(reason="")),
                name="oversight_not_applicable_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.NOT_APPLICABLE) | Q(evidence_needed=False), name="oversight_required_applies"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=UNDER_WAY, name="oversight_tasks_left"),
            models.Index(fields=["done_on"], condition=Q(done_on__isnull=False), name="oversight_tasks_done"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def subject(self) -> Any:
        return self.checklist.subject

    @property
    def is_left(self) -> bool:
        return self.state in LEFT

    def get_absolute_url(self) -> str:
        return reverse("task", args=[self.subject.reference, self.pk])


def evidence_path(evidence: TaskEvidence, filename: str) -> str:
    """Return a random path, so that nothing a person typed ends up in a file name (ASVS 5.3.2)."""
    return f"{FOLDER}/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


@not_personal("file_name", why="of a file")
@personal("added_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class TaskEvidence(models.Model):
    """A link or a file that shows a task was done. Withdrawn evidence stays on record."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="evidence")
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = _("evidence of tasks")
        constraints = [
            models.CheckConstraint(condition=(Q(url="") & ~Q(file="")) | (~Q(url="") & Q(file="")), name="oversight_link_or_file"),
        ]

    def __str__(self) -> str:
        return self.file_name or self.url

    @property
    def subject(self) -> Any:
        return self.item.subject
