"""Lessons that teams learned, and the categories of lessons and themes of products (EL-95)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, SUBJECT, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.subjects import subject_of, visible_to
from people.fields import LineField
from people.models import Role

if TYPE_CHECKING:
    from people.models import User


@not_personal("name", why="the name of a kind of lesson or product")
class Category(Revised):
    """A category of lessons, or a theme of products in the showcase. One that is no longer offered stays where it was chosen.

    `code` is for those of the standard set, so that a lesson's category can be proposed from the page it was added from.
    """

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Category of lessons")
        THEME = "theme", _("Theme of products")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LESSON)
    code = models.SlugField(max_length=30, blank=True, editable=False)
    name = LineField(_("name"), max_length=60)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = _("category of lessons or theme")
        verbose_name_plural = _("categories of lessons and themes")
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="reports_category_once"),
            models.CheckConstraint(condition=Q(kind__in=["lesson", "theme"]), name="reports_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name


declare(
    "reports_category_once",
    lambda: blocking("label-known", gettext("A category with this name already exists."), gettext("Choose another name.")),
)


class LessonQuerySet(models.QuerySet["Lesson"]):
    def for_list(self) -> LessonQuerySet:
        """Include what a row of the list shows; one query."""
        return self.select_related("category", "stream__residency__program_area__ministry", "recorded_by")

    def visible_to(self, user: User) -> LessonQuerySet:
        """Return the lessons that an account may read: all for the lab and viewers; otherwise shared ones, guidance, and its own residencies'."""
        if user.has_role(Role.LAB_OPS, Role.LAB_LEAD, Role.VIEWER):
            return self
        return self.filter(Q(is_shared=True) | Q(promoted_at__isnull=False) | visible_to(user, "stream"))


@personal("recorded_by promoted_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Lesson(Revised):
    """Something a team learned that others can use. `advice` is what to do differently.

    A shared lesson can be read by every team, and goes into the next version of its product in the showcase. Lab operations can
    promote a lesson to guidance for all teams.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="lessons")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category"))
    text = models.TextField(_("lesson"), max_length=600)
    advice = models.TextField(_("advice for other teams"), max_length=600, blank=True)
    is_shared = models.BooleanField(_("share it"), default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    promoted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    promoted_at = models.DateTimeField(null=True, editable=False)
    search_text = models.TextField(default="", editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reports_lesson_text"),
            models.CheckConstraint(
                condition=Q(promoted_at=None, promoted_by=None) | Q(promoted_at__isnull=False, promoted_by__isnull=False),
                name="reports_lesson_promoted",
            ),
        ]
        indexes = [
            models.Index(fields=["category", "-id"], name="reports_lessons_by_category"),
            models.Index(fields=["-promoted_at"], condition=Q(promoted_at__isnull=False), name="reports_guidance"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("lesson", args=[self.pk])

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)

    @property
    def is_guidance(self) -> bool:
        return self.promoted_at is not None
