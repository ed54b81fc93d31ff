"""What the role checks found, from when to when, and what the lab gave a team (EL-42, EL-53)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.revisions import Versioned
from findings import Severity
from people.fields import LineField
from residencies.models.states import State
from teams.models.roster import Team
from teams.roles import ServiceKind

# While a team is made up, in residence and live, its roster is checked.
CHECKED = (State.AGREEMENT, State.IN_RESIDENCE, State.LIVE)


class RoleFindingQuerySet(models.QuerySet["RoleFinding"]):
    def open(self) -> RoleFindingQuerySet:
        return self.filter(resolved_at=None)

    def for_list(self) -> RoleFindingQuerySet:
        """With all that a row of a list shows, in one query."""
        return self.select_related("team__residency__program_area__ministry")


class RoleFinding(models.Model):
    """Something the role checks found about a team, from the day it was so until it was mended (EL-42).

    `opened_by` and `resolved_by` are the acts that did it, or "time" when only a date had passed.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="role_findings")
    code = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField(_("level"), choices=[(int(level), level.label) for level in Severity])
    message = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.CharField(max_length=60)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=60, blank=True)

    objects = RoleFindingQuerySet.as_manager()

    class Meta:
        ordering = ["-severity", "opened_at", "pk"]
        verbose_name = _("role check")
        constraints = [
            models.UniqueConstraint(fields=["team", "code"], condition=models.Q(resolved_at=None), name="teams_open_finding_once"),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by="") | (models.Q(resolved_at__isnull=False) & ~models.Q(resolved_by="")),
                name="teams_resolved_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["-severity", "opened_at"], condition=models.Q(resolved_at=None), name="teams_open_findings"),
            models.Index(fields=["-resolved_at"], name="teams_resolved_findings"),
        ]

    def __str__(self) -> str:
        return self.code


class ServiceQuerySet(models.QuerySet["Service"]):
    def current(self) -> ServiceQuerySet:
        """Without entries that were struck out as mistakes."""
        return self.filter(struck_at=None)

    def for_list(self) -> ServiceQuerySet:
        return self.select_related("team__residency")


class Service(Versioned):
    """Something the lab gave a team on a day, by whom and with what result (EL-53)."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")
    kind = models.CharField(_("kind of help"), max_length=20, choices=ServiceKind)
    given_on = models.DateField(_("day"))
    given_by = LineField(_("by whom"), max_length=150)
    result = LineField(_("result"), max_length=500, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("service received")
        verbose_name_plural = _("services received")
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=ServiceKind.values), name="teams_known_service")]
        indexes = [
            models.Index(fields=["-given_on", "-id"], condition=models.Q(struck_at=None), name="teams_services_by_day"),
            models.Index(fields=["kind", "-given_on"], condition=models.Q(struck_at=None), name="teams_services_by_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
