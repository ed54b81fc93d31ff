"""What is expected of champions, the courses the lab knows, and who took which (EL-44, EL-45)."""

from __future__ import annotations

import datetime
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, PERSON, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from dates.database import on_record
from findings import blocking
from people.fields import LineField
from teams.choices import CourseKind, Expected

if TYPE_CHECKING:
    pass

NO_HOURS = Decimal(0)
CERTIFICATES = "certificates"
MOST_HOURS = Decimal(200)
HOURS: dict[str, Any] = {"max_digits": 4, "decimal_places": 1}


@not_personal("name", why="of a course")
class Course(Revised):
    """A course that people take; one that is no longer offered stays on record with those who took it."""

    name = LineField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=CourseKind)
    usual_hours = models.DecimalField(_("usual hours"), **HOURS)
    is_offered = models.BooleanField(_("offered in forms"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="teams_course_name", violation_error_message=_("There is already a course with this name.")
            ),
            models.CheckConstraint(condition=models.Q(kind__in=CourseKind.values), name="teams_known_course_kind"),
            models.CheckConstraint(
                condition=models.Q(usual_hours__gt=0, usual_hours__lte=MOST_HOURS),
                name="teams_course_hours",
                violation_error_message=_("The length of a course must be more than 0 and at most 200 hours."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


declare(
    "teams_course_name",
    lambda: blocking(
        "course-known", gettext("There is already a course with this name."), gettext("Use that one, or choose another name.")
    ),
)


class TrainingQuerySet(models.QuerySet["Training"]):
    def current(self) -> TrainingQuerySet:
        """Without entries that were struck out as mistakes."""
        return self.filter(struck_at=None)

    def known_at(self, moment: datetime.datetime) -> TrainingQuerySet:
        """Return the entries that counted at a moment, whatever was struck out since (EL-97)."""
        return self.filter(on_record(moment, entered="logged_at", undone="struck_at"))

    def for_list(self) -> TrainingQuerySet:
        """With all that a row of a list shows, in one query."""
        return self.select_related("course", "person", "team__stream__residency")

    def agile(self) -> TrainingQuerySet:
        return self.filter(course__kind=CourseKind.AGILE)


def certificate_path(training: Training, filename: str) -> str:
    """A random name: nothing of what the person typed reaches the disk (ASVS 5.3.2)."""
    return f"{CERTIFICATES}/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


@personal("person", purpose=TEAMWORK, kept=PERSON)
@personal("logged_by", purpose=ACCOUNTABLE, kept=PERSON)
@not_personal("file_name", why="of a file")
class Training(Revised):
    """Somebody took a course, finished on a day; with a certificate when there is one, as a link or a file (EL-44, EL-45).

    It belongs to the person and counts wherever they serve; `team` is where it was logged.
    """

    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, related_name="trainings")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="trainings", verbose_name=_("person"))
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="trainings", verbose_name=_("course"))
    finished_on = models.DateField(_("date finished"))
    hours = models.DecimalField(_("hours"), **HOURS)
    given_by = LineField(_("given by"), max_length=150, blank=True)
    certificate_url = models.URLField(_("link to the certificate"), max_length=1000, blank=True)
    file = models.FileField(_("certificate"), upload_to=certificate_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    certified_on = models.DateField(_("date on the certificate"), null=True, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=timezone.now, null=True, editable=False)  # None if it was logged before this was kept
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-finished_on", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("training")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "finished_on"], condition=models.Q(struck_at=None), name="teams_training_once"
            ),
            models.CheckConstraint(condition=models.Q(hours__gt=0, hours__lte=MOST_HOURS), name="teams_training_hours"),
            models.CheckConstraint(condition=models.Q(certificate_url="") | models.Q(file=""), name="teams_certificate_link_or_file"),
            models.CheckConstraint(
                condition=models.Q(certificate_url="", file="", certified_on=None)
                | (models.Q(certified_on__isnull=False) & (~models.Q(certificate_url="") | ~models.Q(file=""))),
                name="teams_certificate_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-finished_on"], condition=models.Q(struck_at=None), name="teams_training_of_person"),
            models.Index(fields=["-finished_on", "-id"], condition=models.Q(struck_at=None), name="teams_training_by_day"),
            models.Index(fields=["course", "-finished_on"], condition=models.Q(struck_at=None), name="teams_training_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.course}"

    @property
    def has_certificate(self) -> bool:
        return self.certified_on is not None


def hours_taken(person: str = "person") -> Any:
    """An expression: how many hours of training the person at that path has taken, over all residencies."""
    mine = Training.objects.current().filter(person=models.OuterRef(person)).order_by()
    together = mine.values("person").annotate(together=models.Sum("hours")).values("together")
    return Coalesce(models.Subquery(together), NO_HOURS, output_field=models.DecimalField(**{**HOURS, "max_digits": 8}))


class Expectation(Revised):
    """Something that is expected of a role; one that is expected no more stays on record with those who did it (EL-44)."""

    role = models.CharField(_("expected of"), max_length=10, choices=Expected)
    position = models.PositiveSmallIntegerField(_("position in the list"), default=1)
    text = LineField(_("expectation"), max_length=300)
    is_current = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["role", "position", "pk"]
        verbose_name = _("expectation of a champion")
        verbose_name_plural = _("expectations of champions")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Expected.values), name="teams_known_expected")]

    def __str__(self) -> str:
        return self.text
