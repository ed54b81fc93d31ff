"""Of what teams give cause to remind: sprint reviews, role checks that keep the next step waiting; and its product owner, of graduation (EL-60)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from findings import Severity
from outbox.catalogue.messages import MailParams, MessageKind
from outbox.delivery.compose import NoLongerHolds
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Leaves, Schedule, Step
from people.models import Role
from residencies.models import Residency
from residencies.models.states import ENDED, State
from residencies.reminders import CLOCK_STARTED, GRADUATION, looked_after, part
from teams.choices import TeamRole
from teams.models import Champion, RoleFinding, Seat, Sprint
from teams.roster import mail as roster_mail
from teams.sprints import mail

CHAMPIONS, TEAM = "champions", "team"
BOTH = (CHAMPIONS, TEAM)
TO_BEGIN = datetime.timedelta(days=28)


def to_product_owners(anchor: str) -> QuerySet[Any]:
    """Whoever is the product owner of a live residency's team now."""
    return to_tell(
        product_owners(State.LIVE), stream="team__stream", part=part("team__stream__residency__"), anchor=f"team__stream__residency__{anchor}",
        person="person", since=Greatest(F("from_on"), F("team__stream__residency__live_on")),
    )  # fmt: skip


def product_owners(state: State) -> QuerySet[Seat]:
    """Who is the product owner today of a team whose residency is in `state`."""
    today = timezone.localdate()
    return Seat.objects.current().filter(
        Q(to_on=None) | Q(to_on__gte=today),
        from_on__lte=today,
        role=TeamRole.PRODUCT_OWNER,
        person__isnull=False,
        team__stream__residency__state=state,
    )


# ── Sprint reviews (EL-52) ───────────────────────────────────────────────────────────────────


def reviews() -> QuerySet[Sprint]:
    """Reviews still to begin; and those of days that are over, lest what was missed in an outage go unmarked (EL-65)."""
    now = timezone.localtime()
    under_way = Q(review_on=now.date(), review_at__lte=now.time())
    return Sprint.objects.filter(called_off_at=None).exclude(under_way).exclude(team__stream__residency__state__in=ENDED)


def to_champions() -> QuerySet[Any]:
    """The champions of the day of the review."""
    not_ended = Q(team__champions__to_on=None) | Q(team__champions__to_on__gte=F("review_on"))
    return _of_review(reviews().filter(not_ended, team__champions__from_on__lte=F("review_on")), "team__champions__person", CHAMPIONS)


def to_team() -> QuerySet[Any]:
    """Whoever has a place on the team on the day of the review."""
    not_ended = Q(team__seats__to_on=None) | Q(team__seats__to_on__gte=F("review_on"))
    held = {"team__seats__from_on__lte": F("review_on"), "team__seats__struck_at": None, "team__seats__person__isnull": False}
    return _of_review(reviews().filter(not_ended, **held), "team__seats__person", TEAM)


def _of_review(rows: QuerySet[Any], person: str, audience: str) -> QuerySet[Any]:
    """What was due before a review was planned or moved is not made up for: everybody was told of the new day then."""
    return to_tell(
        rows,
        stream="team__stream",
        part=Concat(Value("sprint:"), Cast("pk", CharField()), Value(":")),
        anchor="review_on",
        since=LocalDate("changed_at"),
        person=person,
        audience=audience,
        facts=JSONObject(sprint=F("pk")),
    )


def review_letter(message: Message) -> MailParams:
    """As the review stands now, with a file for the calendar; champions can answer from it (EL-51, EL-52).

    Raises `NoLongerHolds` once it has begun: not even what a person sends again goes out then.
    """
    sprint = Sprint.objects.select_related("team__stream__residency").get(pk=message.facts["sprint"])
    if sprint.starts_at <= timezone.now():
        raise NoLongerHolds(_("The review has started or is over."))
    is_champion = Champion.objects.filter(team=sprint.team_id, person=message.person_id).on(sprint.review_on).exists()
    return mail.near(sprint, message, is_champion=is_champion)


REVIEW_NEARS = Reminder(
    mail.REVIEW_REMINDER,
    schedule=Schedule(steps=(Step(days=-7, to=BOTH), Step(days=-1, to=BOTH)), counts_down=True),
    counted=lambda: counted_from(reviews(), stream="team__stream", anchor="review_on"),
    concerned=[to_champions, to_team],
    letter=review_letter,
    counts_from=_("the day of the review"),
    audiences={CHAMPIONS: _("the champions"), TEAM: _("the team")},
    leaves=Leaves.ON_ITS_DAY,
)


# ── Role checks before a gate (EL-42, EL-43) ─────────────────────────────────────────────────


def in_the_way(severity: Severity) -> QuerySet[RoleFinding]:
    """What the checks of a residency's team find, so grave that the next step waits for it, the oldest first."""
    return RoleFinding.objects.open().filter(severity__gte=severity, team__stream=OuterRef("stream")).order_by("opened_at")


def waiting(state: State, severity: Severity, anchor: Callable[[], Any]) -> QuerySet[Residency]:
    """Residencies whose next step role checks stand in the way of: `waits_since`, and `step_on`, the day it is expected."""
    findings = in_the_way(severity)
    rows = Residency.objects.filter(Exists(findings), state=state)
    return rows.annotate(waits_since=LocalDate(Subquery(findings.values("opened_at")[:1])), step_on=anchor())


def beginning() -> Any:
    """The day the team means to begin: of its first sprint, else four weeks after the agreement was taken up."""
    first = Sprint.objects.filter(team__stream=OuterRef("stream"), withdrawn=False).order_by("starts_on").values("starts_on")[:1]
    in_four_weeks = ExpressionWrapper(F("state_since") + TO_BEGIN, output_field=DateTimeField())
    return Coalesce(Subquery(first), LocalDate(in_four_weeks), output_field=DateField())


BEFORE_START = partial(waiting, State.AGREEMENT, Severity.BLOCKS_START, beginning)
BEFORE_LIVE = partial(waiting, State.IN_RESIDENCE, Severity.BLOCKS_LIVE, lambda: F("started_on"))
Waiting = Callable[[], QuerySet[Any]]


def to_lab(waiting: Waiting) -> QuerySet[Any]:
    """Whoever at the lab looks after it."""
    return _of_step(waiting().filter(looked_after()), person="owner__person")


def to_all_of_lab(waiting: Waiting) -> QuerySet[Any]:
    return _of_step(waiting().filter(~looked_after()), role=Role.LAB_OPS)


def to_managers(waiting: Waiting) -> QuerySet[Any]:
    """Those on the program side who keep it."""
    rows = waiting().filter(memberships__to_at=None, memberships__isnull=False)
    return _of_step(rows, person="memberships__user__person", joined=LocalDate("memberships__from_at"))


def to_team_product_owners(waiting: Waiting) -> QuerySet[Any]:
    today = timezone.localdate()
    not_ended = Q(stream__team__seats__to_on=None) | Q(stream__team__seats__to_on__gte=today)
    held = {
        "stream__team__seats__from_on__lte": today,
        "stream__team__seats__struck_at": None,
        "stream__team__seats__role": TeamRole.PRODUCT_OWNER,
    }
    rows = waiting().filter(not_ended, **held, stream__team__seats__person__isnull=False)
    return _of_step(rows, person="stream__team__seats__person", joined=F("stream__team__seats__from_on"))


def _of_step(rows: QuerySet[Any], *, joined: Any = None, **whom: Any) -> QuerySet[Any]:
    since = Greatest(F("waits_since"), joined) if joined is not None else F("waits_since")
    return to_tell(rows, stream="stream", part=part(), anchor="step_on", since=since, **whom)


def checks_letter(severity: Severity, message: Message) -> MailParams:
    """What is to be mended, with the remedy of each."""
    residency = message.subject_matter
    findings = RoleFinding.objects.open().filter(team__stream=residency.stream_id, severity__gte=severity)
    return roster_mail.checks_open(residency, findings)


def _checks(kind: MessageKind, schedule: Schedule, counts_from: Any, waiting: Waiting, severity: Severity) -> Reminder:
    whom = (to_lab, to_all_of_lab, to_managers, to_team_product_owners)
    return Reminder(
        kind,
        schedule=schedule,
        counted=lambda: counted_from(waiting(), stream="stream", anchor="step_on"),
        concerned=[partial(those, waiting) for those in whom],
        letter=partial(checks_letter, severity),
        counts_from=counts_from,
    )


CHECKS_BEFORE_START = _checks(
    roster_mail.CHECKS_BEFORE_START,
    Schedule(steps=(Step(days=-14), Step(days=-7), Step(days=-1)), every_days=14, most=9),
    _("the planned start: the first day of the first sprint, or four weeks after the agreement was started"),
    BEFORE_START,
    Severity.BLOCKS_START,
)
# By the expected pace a team has a beta after eight months.
CHECKS_BEFORE_LIVE = _checks(
    roster_mail.CHECKS_BEFORE_LIVE,
    Schedule(steps=(Step(months=6), Step(months=7), Step(months=8)), every_days=28, most=9),
    _("the day the residency started"),
    BEFORE_LIVE,
    Severity.BLOCKS_LIVE,
)


for reminder, anchor in ((GRADUATION, "graduation_due_on"), (CLOCK_STARTED, "live_on")):
    reminder.concerned.append(partial(to_product_owners, anchor))
