"""Reference data: ministries, their program areas (EL-01), and the program's figures, settings with history (EL-08)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, not_personal, personal
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField


@not_personal("name short_name", why="of a ministry")
class Ministry(models.Model):
    """A ministry under the name it bears; a renamed one is a new row, the old one is no longer offered."""

    name = LineField(_("name"), max_length=150)
    short_name = LineField(_("short name"), max_length=30, blank=True)
    active = models.BooleanField(_("offered in forms"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("ministry")
        verbose_name_plural = _("ministries")
        constraints = [models.UniqueConstraint(Lower("name"), name="residencies_ministry_name")]

    def __str__(self) -> str:
        return self.name


declare(
    "residencies_ministry_name",
    lambda: blocking(
        "ministry-known",
        gettext("There is already a ministry with that name."),
        gettext("Use that one. If it is no longer offered in forms, offer it again."),
    ),
)


@not_personal("name", why="of a business area")
class ProgramArea(models.Model):
    """The part of a ministry that brings a problem."""

    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="program_areas", verbose_name=_("ministry"))
    name = LineField(_("name"), max_length=200)

    class Meta:
        ordering = ["ministry__name", "name"]
        verbose_name = _("program area")
        verbose_name_plural = _("program areas")
        constraints = [
            models.UniqueConstraint(
                "ministry",
                Lower("name"),
                name="residencies_area_name",
                violation_error_message=_("This ministry already has a program area with that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


declare(
    "residencies_area_name",
    lambda: blocking(
        "area-known",
        gettext("This ministry already has a program area with that name."),
        gettext("Use that one, or choose another name."),
    ),
)


@recorded(in_stream="lab", fields="name value valid_from set_by set_at reason", acts="figure-set")
@not_personal("name", why="of a setting")
@personal("set_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Figure(models.Model):
    """One figure from a day on. A row is never changed: of two from the same day the later one corrects the earlier."""

    name = models.CharField(max_length=40)
    value = models.PositiveIntegerField()
    valid_from = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now, null=True, editable=False)
    reason = models.CharField(max_length=300, blank=True)

    objects = RecordQuerySet["Figure"].as_manager()

    class Meta:
        ordering = ["name", "-valid_from", "-pk"]
        verbose_name = _("program figure")
        indexes = [models.Index(fields=["name", "-valid_from", "-id"], name="residencies_figures")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} from {self.valid_from}"
