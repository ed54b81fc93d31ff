"""Planning sprints and their reviews, and what came of them: one function a verb (EL-50 to EL-52).

Every act locks the team's row first. Whoever is expected at a review that comes, moves, is cancelled or reinstated is told in
the same transaction, with a file by which their calendar follows.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from acts.revisions import refuse_if_stale
from dates.working_days import is_working_day
from findings import Refused, refuse
from ledger.actions import append, revise
from ledger.subjects import Subject, noun
from outbox.queue import withdraw
from teams.locks import locked, locked_of, locked_of_anyhow
from teams.models import Cadence, Sprint, Team
from teams.roster.gates import stay_of
from teams.sprints import mail, rules
from teams.sprints.attendance import recount
from teams.sprints.queries import reviews_after
from teams.sprints.rules import DAY, PLACE, WEEK, ReviewFacts, Span, moved_span, review_day, spans

AHEAD = 26 * WEEK


@act("teams.plan_sprints")
def set_cadence(
    subject: Subject, *, weeks: int, first_review_on: datetime.date, at: datetime.time, minutes: int = 60, place: str = "", by: Actor
) -> Cadence:
    """Let the team sprint so many weeks from now on, and plan the sprints of the next half year (EL-50).

    A cadence that runs ends; its sprints that would reach into the new ones are taken back. Everybody expected is
    told the dates. Raises `Refused` (`cadence-weeks`, `review-past`, `review-not-working-day`, `review-hours`,
    `review-minutes`, `residency-ended`); nothing is written then.
    """
    team = locked(subject)
    today = timezone.localdate()
    findings = list(rules.cadence_faults(weeks, ReviewFacts(first_review_on, at, minutes), today))
    if findings:
        raise Refused(findings)
    starts_on = first_review_on - weeks * WEEK + DAY
    facts = {"weeks": weeks, "first_review_on": first_review_on, "at": at, "minutes": minutes, "place": place.strip()}
    _withdrawn, to_tell = _end_cadence(team, on=starts_on, reason=_("The sprints were rescheduled."))
    cadence = Cadence.objects.create(team=team, from_on=starts_on, **facts)
    planned = _plan(cadence, today)
    append(team.stream, "sprints-planned", by=by, facts={**facts, "at": str(at), "sprints": len(planned)})
    _tell_replanned(
        team, to_tell, planned, _("The team rescheduled its sprints. The new dates are in a separate email."), key=f"cadence-{cadence.pk}"
    )
    return cadence


@act("teams.plan_sprints")
def pause_sprints(
    subject: Subject, *, from_on: datetime.date, resume_on: datetime.date | None = None, reason: str, by: Actor
) -> list[Sprint]:
    """Take back every sprint that reaches past `from_on`; from `resume_on` the team sprints on as before (EL-50).

    Returns the sprints that were taken back. Raises `Refused` (`no-cadence`, `no-reason`, `pause-past`, `pause-order`).
    """
    team = locked(subject)
    running = team.cadences.filter(ended_on=None).first()
    _may_pause(running, from_on, resume_on, reason)
    assert running is not None  # noqa: S101 - or it was refused
    withdrawn, to_tell = _end_cadence(team, on=from_on, reason=reason.strip())
    planned = _resume(running, resume_on) if resume_on else []
    facts = {"from_on": from_on, "resume_on": resume_on, "reason": reason.strip(), "sprints": len(withdrawn)}
    append(team.stream, "sprints-paused", by=by, facts=facts)
    _tell_replanned(
        team, to_tell, planned, _("The team is pausing its sprints: %(reason)s") % facts, key=f"pause-{running.pk}-{running.revision}"
    )
    return withdrawn


@act("teams.keep_sprint")
def move_review(
    sprint: Sprint,
    *,
    on: datetime.date,
    at: datetime.time,
    minutes: int,
    place: str,
    following: bool = False,
    shown_revision: int,
    by: Actor,
) -> Sprint:
    """Hold a review at another time or place, alone or with all that follow it (EL-50, EL-52).

    With `following` the sprint ends as much later or earlier, those after it move along, and their reviews take the
    same time and place. Where nothing would be different, nothing is written and nobody is told. Raises `Stale`, and `Refused` (`review-over`, `review-not-working-day`, `review-hours`,
    `review-minutes`, `review-out-of-order`); nothing is written then.
    """
    team, current = _current(sprint, shown_revision, {"review_on": on, "review_at": at, "minutes": minutes, "place": place.strip()})
    later = reviews_after(current)
    _may_move(team, current, ReviewFacts(on, at, minutes), alone=not following)
    wanted = (at, minutes, place.strip())
    if on == current.review_on and all(
        (review.review_at, review.minutes, review.place) == wanted for review in [current, *(later if following else [])]
    ):
        return current
    before, shift = current.review_on, on - current.review_on
    as_it_was = {each.pk: mail.Facts(each.when, each.place) for each in [current, *later]}
    current.review_on = on
    moved = [current]
    if following:
        current.ends_on = max(current.ends_on + shift, current.starts_on)
        for each in later:
            _shift(each, shift)
        moved += later
        team.cadences.filter(ended_on=None).update(at=at, minutes=minutes, place=place.strip())
    for each in moved:
        each.review_at, each.minutes, each.place = at, minutes, place.strip()
        _changed(each)
    Sprint.objects.bulk_update(
        moved, ["starts_on", "ends_on", "review_on", "review_at", "minutes", "place", "sequence", "changed_at", "revision"]
    )
    _forget_reminders(moved)
    facts = {"sprint": current.number, "before": before, "on": on, "at": str(at), "place": place.strip(), "moved": len(moved)}
    append(team.stream, "review-moved", by=by, facts=facts)
    mail.moved(team.subject, moved, as_it_was, key=f"moved-{current.pk}-{current.sequence}")
    return current


@act("teams.keep_sprint")
def call_off_review(sprint: Sprint, *, reason: str, shown_revision: int, by: Actor) -> Sprint:
    """Say that a review is not held; the sprint goes on, and calendars take the entry out (EL-52).

    Raises `Stale`, and `Refused` (`review-over`, `no-reason`).
    """
    team, current = _current(sprint, shown_revision, {})
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the review is cancelled."), PLACE)
    _take_back([current], reason.strip(), withdrawn=False)
    append(
        team.stream,
        "review-called-off",
        by=by,
        facts={"sprint": current.number, "on": current.review_on, "reason": reason.strip()},
    )
    mail.cancelled(team.subject, [current], reason.strip(), key=f"off-{current.pk}-{current.sequence}")
    return current


@act("teams.keep_sprint")
def reinstate_review(sprint: Sprint, *, shown_revision: int, by: Actor) -> Sprint:
    """Hold a cancelled review after all, at its old time; everyone concerned is told, and calendars take it in again (EL-52).

    Raises `Stale`, and `Refused` (`review-not-cancelled`, `review-past`, `review-not-working-day`, `review-out-of-order`).
    """
    team, current = _row(sprint, shown_revision, {})
    if current.withdrawn or not current.is_called_off:
        raise refuse("review-not-cancelled", _("This review isn't cancelled."), _("Reload the page to see the current sprints."), PLACE)
    if current.starts_at <= timezone.now():
        raise refuse("review-past", _("%(when)s is in the past.") % {"when": current.when}, _("Plan another review."), PLACE)
    _may_move(team, current, ReviewFacts(current.review_on, current.review_at, current.minutes), alone=True)
    before = current.called_off_reason
    current.called_off_at, current.called_off_reason = None, ""
    _changed(current)
    current.save(update_fields=["called_off_at", "called_off_reason", "sequence", "changed_at", "revision"])
    append(team.stream, "review-reinstated", by=by, facts={"sprint": current.number, "on": current.review_on, "reason": before})
    mail.reinstated(current, key=f"back-{current.pk}-{current.sequence}")
    return current


@act("teams.keep_sprint")
def write_review(sprint: Sprint, *, shown_revision: int, by: Actor, **changes: str) -> Sprint:
    """Write down a sprint's goal, what was shown and what was decided (EL-51). Raises `Stale`, and `Refused` (`residency-ended`)."""
    team = locked_of(sprints=sprint.pk)
    return revise(sprint, shown_revision=shown_revision, changes=changes, act="review-written", by=by, stream=team.stream)


@act("teams.keep_sprint")
def hold_review(sprint: Sprint, *, shown_revision: int, by: Actor) -> Sprint:
    """Put on record that a review was held: whoever was expected and is not noted as there has missed it (EL-51).

    Two misses in a row are raised to lab operations. Raises `Stale`, and `Refused` (`review-over`, `review-ahead`).
    """
    team, current = _current(sprint, shown_revision, {})
    if current.starts_at > timezone.now():
        raise refuse("review-ahead", _("This review hasn’t started yet."), _("Record it once it has started."), PLACE)
    current.held_at = timezone.now()
    current.revision += 1
    current.save(update_fields=["held_at", "revision"])
    append(team.stream, "review-held", by=by, facts={"sprint": current.number, "on": current.review_on})
    recount(team)
    return current


@act(system=SYSTEM, whole=False)
def keep_sprints(*, by: Actor) -> int:
    """Plan ahead for every team that sprints, and take back what a residency that ended had planned. Returns how many teams changed.

    For a sweep: safe to run at any time and any number of times.
    """
    return sum(_keep(running) for running in Cadence.objects.filter(ended_on=None))


@transaction.atomic
def _keep(running: Cadence) -> bool:
    team = locked_of_anyhow(cadences=running.pk)
    cadence = team.cadences.filter(ended_on=None).first()
    today = timezone.localdate()
    if cadence is None:
        return False
    if not team.subject.is_under_way:
        end_sprints(team, by=SYSTEM)
        return True
    planned = _plan(cadence, today)
    if planned:
        append(team.stream, "sprints-planned-ahead", by="system", facts={"sprints": len(planned), "until": planned[-1].ends_on})
    return bool(planned)


def end_sprints(team: Team, *, by: Actor) -> None:
    """Take back every review still to come, since the subject has ended; calendars take them out. Under the team's lock."""
    reason = _("The %(kind)s has ended.") % {"kind": noun(team.subject)}
    withdrawn, to_tell = _end_cadence(team, on=timezone.localdate(), reason=reason)
    if withdrawn:
        append(team.stream, "sprints-ended", by=by, facts={"sprints": len(withdrawn)})
        mail.cancelled(team.subject, to_tell, reason, key="ended")


def _plan(cadence: Cadence, today: datetime.date) -> list[Sprint]:
    """Plan the cadence's sprints half a year ahead, on from the last one; live teams to the day they are due home."""
    team = cadence.team
    due = stay_of(team.subject).graduation_due_on
    until = max(cadence.first_review_on, min(today + AHEAD, due) if due and due > today else today + AHEAD)
    last = team.sprints.current().filter(cadence=cadence).order_by("ends_on").last()
    first_end = last.ends_on + cadence.weeks * WEEK if last else cadence.first_review_on
    number = team.sprints.current().aggregate(last=Max("number"))["last"] or 0
    return Sprint.objects.bulk_create(
        Sprint(
            team=team, cadence=cadence, number=number + nth, starts_on=span.starts_on, ends_on=span.ends_on, review_on=span.review_on,
            review_at=cadence.at, minutes=cadence.minutes, place=cadence.place,
        )
        for nth, span in enumerate(spans(first_end, cadence.weeks, until=until), start=1)
    )  # fmt: skip


def _resume(before: Cadence, on: datetime.date) -> list[Sprint]:
    """Sprint on as before from a day on."""
    first_end = on + before.weeks * WEEK - DAY
    same = {name: getattr(before, name) for name in ("team", "weeks", "at", "minutes", "place")}
    return _plan(Cadence.objects.create(from_on=on, first_review_on=first_end, **same), timezone.localdate())


def _may_pause(running: Cadence | None, from_on: datetime.date, resume_on: datetime.date | None, reason: str) -> None:
    if running is None:
        raise refuse("no-cadence", _("The team has no sprints planned."), _("Plan its sprints first."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the team pauses."), PLACE)
    if from_on < timezone.localdate():
        raise refuse("pause-past", _("A pause must start today or later."), _("Choose another first day."), PLACE)
    if resume_on and resume_on <= from_on:
        raise refuse("pause-order", _("The date to resume is before the pause starts."), _("Choose a later date to resume."), PLACE)


def _end_cadence(team: Team, *, on: datetime.date, reason: str) -> tuple[list[Sprint], list[Sprint]]:
    """End the cadence that runs, if any, and take back its sprints that reach to `on` or past it and were not held.

    Returns them, and without those whose review was cancelled before: of these everyone has been told.
    """
    for running in team.cadences.filter(ended_on=None):
        running.ended_on, running.end_reason = max(on, running.from_on), reason[:300]
        running.revision += 1
        running.save(update_fields=["ended_on", "end_reason", "revision"])
    rest = list(team.sprints.current().filter(held_at=None, ends_on__gte=max(on, timezone.localdate())))
    to_tell = [each for each in rest if not each.is_called_off]
    _take_back(rest, reason[:300], withdrawn=True)
    return rest, to_tell


def _tell_replanned(team: Team, to_tell: list[Sprint], planned: list[Sprint], why: str, *, key: str) -> None:
    """Cancellations first, in a mail of their own: one mail has one verb, and so has each calendar file in it."""
    mail.cancelled(team.subject, to_tell, why, key=f"{key}-off")
    mail.planned(team.subject, planned, _("The team's sprint reviews are planned."), key=key)


def _take_back(sprints: list[Sprint], reason: str, *, withdrawn: bool) -> None:
    for each in sprints:
        each.called_off_at = each.called_off_at or timezone.now()
        each.called_off_reason, each.withdrawn = each.called_off_reason or reason, withdrawn
        _changed(each)
    Sprint.objects.bulk_update(sprints, ["called_off_at", "called_off_reason", "withdrawn", "sequence", "changed_at", "revision"])
    _forget_reminders(sprints)


def _changed(sprint: Sprint) -> None:
    """Calendars have to learn of it."""
    sprint.sequence += 1
    sprint.revision += 1
    sprint.changed_at = timezone.now()


def _forget_reminders(sprints: Iterable[Sprint]) -> None:
    for each in sprints:
        withdraw(mail.REVIEW_REMINDER, each.team.stream, key_part=f"sprint:{each.pk}:")


def _shift(sprint: Sprint, by: datetime.timedelta) -> None:
    """Move a whole sprint; a review that was moved by itself stays as far from its end."""
    usual = review_day(sprint.starts_on, sprint.ends_on)
    alone = sprint.review_on - usual
    span = moved_span(Span(sprint.starts_on, sprint.ends_on, sprint.review_on), by)
    wanted = span.review_on + alone
    sprint.starts_on, sprint.ends_on = span.starts_on, span.ends_on
    sprint.review_on = wanted if is_working_day(wanted) else span.review_on


def _may_move(team: Team, current: Sprint, wanted: ReviewFacts, *, alone: bool) -> None:
    """Raise `Refused` with everything that speaks against it."""
    others = team.sprints.current().exclude(pk=current.pk).filter(called_off_at=None)
    before = others.filter(starts_on__lt=current.starts_on).order_by("starts_on").last()
    after = others.filter(starts_on__gt=current.starts_on).order_by("starts_on").first() if alone else None
    findings = [
        *rules.review_faults(wanted),
        *rules.order_faults(wanted.on, after=before.review_on if before else None, before=after.review_on if after else None),
    ]
    if findings:
        raise Refused(findings)


def _current(sprint: Sprint, shown_revision: int, changes: dict[str, Any]) -> tuple[Team, Sprint]:
    """The sprint as it stands, its review still to come, under its team's lock. Raises `Stale`, and `Refused` (`review-over`)."""
    return _row(sprint, shown_revision, changes, must_be_planned=True)


def _row(sprint: Sprint, shown_revision: int, changes: dict[str, Any], *, must_be_planned: bool = False) -> tuple[Team, Sprint]:
    """The sprint as it stands, under its team's lock. Raises `Stale`, and `Refused` (`review-over`)."""
    team = locked_of(sprints=sprint.pk)
    current = Sprint.objects.select_for_update(of=("self",)).select_related("team__stream").get(pk=sprint.pk)
    if must_be_planned and not current.is_planned:
        raise refuse(
            "review-over", _("This review has already been held or cancelled."), _("Reload the page to see the current sprints."), PLACE
        )
    refuse_if_stale(current, shown_revision, changes)
    return team, current
