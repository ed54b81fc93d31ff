"""Barriers, their levels and routes, and how long each level had them (EL-73, EL-74)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import in_list, kind_of, subject_of, with_subject
from oversight.choices import CLOSED, MOST_ALLOWED_DAYS, OPEN, BarrierState, Gravity, Scope
from people.fields import LineField

LAB = "lab"  # the kind of the lab's own stream, which has no subject


@not_personal("name", why="the name of a kind of barrier")
class Category(Revised):
    """What a barrier or a risk is about. Administrators add categories; one that is no longer offered stays where it was chosen."""

    name = LineField(_("name"), max_length=60, unique=True)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("category of barriers and risks")
        verbose_name_plural = _("categories of barriers and risks")

    def __str__(self) -> str:
        return self.name


declare(
    "oversight_category.name",
    lambda: blocking("category-known", gettext("A category with this name already exists."), gettext("Choose another name.")),
)


@not_personal("name", why="the name of a level")
class Level(Revised):
    """A level of the route, lowest first: who decides there, and how many working days it has for a barrier.

    `kind` is the kind of subject that the level is for; levels without one are for every kind that has none of its own. At the
    team's level, the people on the subject move barriers themselves. Elsewhere `body` decides, except for the sponsor, who is a
    person and differs by subject.
    """

    kind = models.CharField(_("kind of subject"), max_length=20, blank=True, editable=False)
    code = models.SlugField(_("code"), max_length=30, editable=False)
    name = LineField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), editable=False)
    allowed_days = models.PositiveSmallIntegerField(_("working days allowed"))
    is_team = models.BooleanField(_("the team’s own level"), default=False, editable=False)
    body = models.ForeignKey("people.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="levels", verbose_name=_("group"))

    class Meta:
        ordering = ["kind", "position"]
        verbose_name = _("barrier level")
        verbose_name_plural = _("barrier levels")
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="oversight_level_code"),
            models.UniqueConstraint(fields=["kind", "position"], name="oversight_level_position"),
            models.CheckConstraint(
                condition=models.Q(allowed_days__gte=1, allowed_days__lte=MOST_ALLOWED_DAYS), name="oversight_level_allowance"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Route(Revised):
    """A step from one level to another, or without `from_level`, a level at which barriers start. Steps are closed, never deleted."""

    scope = models.CharField(_("scope"), max_length=20, choices=Scope)
    from_level = models.ForeignKey(
        Level, null=True, blank=True, on_delete=models.PROTECT, related_name="onward", verbose_name=_("from"),
        help_text=_("Leave empty for the level where barriers of this scope start."),
    )  # fmt: skip
    to_level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="inward", verbose_name=_("to"))
    is_open = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["scope", "from_level__position", "to_level__position"]
        verbose_name = _("route for barriers")
        verbose_name_plural = _("routes for barriers")
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="oversight_route_scope"),
            models.CheckConstraint(
                condition=models.Q(from_level=None) | ~models.Q(from_level=models.F("to_level")), name="oversight_route_leads_on"
            ),
            models.UniqueConstraint(fields=["scope", "from_level", "to_level"], name="oversight_route_once"),
            models.UniqueConstraint(fields=["scope", "to_level"], condition=models.Q(from_level=None), name="oversight_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.from_level or gettext('Start')} → {self.to_level}"


for _step in ("oversight_route_once", "oversight_entry_once"):
    declare(
        _step, lambda: blocking("route-known", gettext("The route already has this step."), gettext("Change the existing step instead."))
    )


class BarrierQuerySet(models.QuerySet["Barrier"]):
    def open(self) -> BarrierQuerySet:
        return self.filter(state__in=OPEN)

    def closed(self) -> BarrierQuerySet:
        return self.filter(state__in=CLOSED)

    def of(self, stream: Any) -> BarrierQuerySet:
        return self.filter(stream=stream)

    def whole(self) -> BarrierQuerySet:
        """Add what a barrier's pages show, in one query."""
        return self.select_related(
            "category", "level__body", "owner", "raised_by", "systemic_parent__level", "stream", *with_subject("stream")
        )

    def for_list(self) -> BarrierQuerySet:
        """Add what a list row shows, in one query."""
        return in_list(self.on_its_page())

    def with_since(self) -> BarrierQuerySet:
        """Add `here_since`, the day the barrier came to its level."""
        here = BarrierStay.objects.filter(barrier=models.OuterRef("pk"), to_on=None).values("from_on")[:1]
        return self.annotate(here_since=models.Subquery(here))

    def on_its_page(self) -> BarrierQuerySet:
        """Add what a row shows on the pages of its own subject, in one query."""
        return self.select_related("category", "level", "owner").order_by("due_on", "pk")


class OfStream(Revised):
    """A row on a subject's stream, or on the lab's stream if it is about several subjects."""

    class Meta:
        abstract = True

    stream: Any

    @property
    def subject(self) -> Any:
        """Return the subject it is about, such as a residency, or None on the lab's stream."""
        return None if self.stream.kind == LAB else subject_of(self.stream)

    @property
    def base(self) -> str:
        """Return the base template of its pages."""
        return "oversight/lab_frame.html" if self.stream.kind == LAB else kind_of(self.stream).base


@personal("owner", purpose=TEAMWORK, kept=SUBJECT)
@personal("raised_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Barrier(OfStream):
    """Something that holds a team up. `level` is its current level, or the last one if it is closed.

    `due_on` repeats the due date of the open stay, so that lists can sort by it with an index. A systemic barrier that groups
    local ones is on the lab's own stream.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="barriers")
    text = LineField(_("what is the barrier?"), max_length=300)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_on = models.DateField(editable=False)
    raised_for = LineField(_("raised on behalf of"), max_length=150, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category"))
    scope = models.CharField(_("who is affected"), max_length=20, choices=Scope, default=Scope.LOCAL)
    severity = models.CharField(_("severity"), max_length=20, choices=Gravity, default=Gravity.MODERATE)
    blocks_work = models.BooleanField(_("the team’s work is waiting for this"), default=False)
    cause = models.TextField(_("cause"), max_length=2000, blank=True)
    proposed_solution = models.TextField(_("proposed solution"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="barriers", verbose_name=_("owner")
    )
    state = models.CharField(_("state"), max_length=20, choices=BarrierState, default=BarrierState.IDENTIFIED, editable=False)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="barriers", editable=False)
    due_on = models.DateField(_("due"), null=True, editable=False)
    systemic_parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts", editable=False)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)
    closed_on = models.DateField(null=True, editable=False)
    accepted_until = models.DateField(_("accepted until"), null=True, blank=True)

    objects = BarrierQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_on", "-pk"]
        verbose_name = _("barrier")
        verbose_name_plural = _("barriers")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=BarrierState.values), name="oversight_barrier_state"),
            models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="oversight_barrier_scope"),
            models.CheckConstraint(condition=models.Q(severity__in=Gravity.values), name="oversight_barrier_severity"),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN, closed_on=None, outcome="", due_on__isnull=False)
                | (models.Q(state__in=CLOSED, closed_on__isnull=False, due_on=None) & ~models.Q(outcome="")),
                name="oversight_barrier_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state=BarrierState.ACCEPTED, accepted_until__isnull=False)
                | (~models.Q(state=BarrierState.ACCEPTED) & models.Q(accepted_until=None)),
                name="oversight_barrier_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[BarrierState.IDENTIFIED, *CLOSED])
                | (models.Q(category__isnull=False) & ~models.Q(cause="") & ~models.Q(proposed_solution="")),
                name="oversight_barrier_defined",
            ),
            models.CheckConstraint(condition=models.Q(systemic_parent=None) | models.Q(scope=Scope.LOCAL), name="oversight_barrier_parent"),
        ]
        indexes = [
            models.Index(fields=["stream", "state"], name="oversight_barriers_of"),
            models.Index(fields=["level", "due_on"], condition=models.Q(state__in=OPEN), name="oversight_barriers_at"),
            models.Index(fields=["due_on", "id"], condition=models.Q(state__in=OPEN), name="oversight_barriers_due"),
            models.Index(fields=["-raised_on", "-id"], name="oversight_barriers_new"),
            models.Index(fields=["accepted_until"], condition=models.Q(state=BarrierState.ACCEPTED), name="oversight_accepted"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("barrier", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_accepted(self) -> bool:
        return self.state == BarrierState.ACCEPTED

    @property
    def is_defined(self) -> bool:
        return bool(self.category_id and self.cause and self.proposed_solution)

    @property
    def is_the_labs(self) -> bool:
        """Return whether it is on the lab's stream and groups barriers of several subjects."""
        return self.stream.kind == LAB


@recorded(
    in_stream="barrier__stream",
    fields="barrier number level body from_on to_on due_on recommendation reason ended_by",
    acts="barrier-raised barrier-moved barrier-closed barrier-reopened",
)
@personal("ended_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class BarrierStay(models.Model):
    """A barrier's time at one level, up to but not including `to_on`. An open barrier has one open stay; stays never overlap.

    `due_on` is the last day of the level's allowance as it was when the barrier came. `recommendation` and `reason` are given
    when the barrier moves or is closed; then the row is frozen.
    """

    barrier = models.ForeignKey(Barrier, on_delete=models.PROTECT, related_name="stays")
    number = models.PositiveSmallIntegerField()
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="stays")
    body = models.ForeignKey("people.Body", null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    due_on = models.DateField()
    to_on = models.DateField(null=True)
    recommendation = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["BarrierStay"].as_manager()

    class Meta:
        ordering = ["barrier", "number"]
        verbose_name = _("time at a level")
        verbose_name_plural = _("times at levels")
        constraints = [
            models.UniqueConstraint(fields=["barrier"], condition=models.Q(to_on=None), name="oversight_one_open_stay"),
            models.UniqueConstraint(fields=["barrier", "number"], name="oversight_stay_number"),
            models.CheckConstraint(condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="oversight_stay_dates"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("from_on")), name="oversight_stay_due"),
            models.CheckConstraint(
                condition=models.Q(to_on=None, recommendation="", reason="") | (models.Q(to_on__isnull=False) & ~models.Q(reason="")),
                name="oversight_stay_reason",
            ),
        ]
        indexes = [models.Index(fields=["level", "due_on"], condition=models.Q(to_on=None), name="oversight_in_tray")]

    def __str__(self) -> str:
        return f"{self.barrier_id} at {self.level_id} from {self.from_on}"

    @property
    def days(self) -> int:
        """Return how many days the level has had it. The day it moved counts for the next level."""
        return ((self.to_on or timezone.localdate()) - self.from_on).days

    @property
    def is_over(self) -> bool:
        """Return whether the stay went past its due date."""
        return self.due_on < (self.to_on or timezone.localdate())
