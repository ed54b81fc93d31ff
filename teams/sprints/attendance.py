"""Who says that they come, who came, and who misses reviews (EL-51, EL-52)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger.actions import append
from people.models import Person
from teams.choices import Answer, Came
from teams.locks import locked_of
from teams.models import AttendanceCorrection, Champion, Presence, Sprint, Team
from teams.sprints import mail, rules
from teams.sprints.links import Answering
from teams.sprints.queries import Expected, expected_on
from teams.sprints.rules import LOOKED_BACK, PLACE, RAISED_AFTER, Attended


@act("teams.answer_review", on=lambda given: Answering(given["sprint"], given["person"]))
def answer_review(sprint: Sprint, person: Person, *, answer: str, delegate: str = "", by: Actor) -> Presence:
    """Say before a review whether one comes, can't, or sends somebody (EL-51). The last answer counts; each is on the ledger.

    Raises `Refused` (`review-over`, `not-expected`, `delegate-unnamed`, `residency-ended`); nothing is written then.
    """
    team, current, expected = _expected(sprint, person)
    if not current.is_planned or current.starts_at <= timezone.now():
        raise refuse("review-over", _("This review has started or is cancelled."), _("You don’t need to do anything."), PLACE)
    sends = answer == Answer.DELEGATE
    if sends and not delegate.strip():
        raise refuse("delegate-unnamed", _("The delegate’s name is missing."), _("Enter the delegate’s name."), PLACE)
    values = {"answer": answer, "delegate": " ".join(delegate.split()) if sends else "", "answered_at": timezone.now()}
    presence, _created = Presence.objects.update_or_create(sprint=current, person=person, defaults=values)
    facts = {**_facts(current, expected), "answer": answer, "delegate": presence.delegate}
    append(team.stream, "review-answered", by=by, facts=facts)
    return presence


@act("teams.keep_sprint")
def note_presence(sprint: Sprint, person: Person, *, came: str, by: Actor) -> Presence:
    """Put on record that somebody came, sent somebody, or missed a review (EL-51). What was noted last counts.

    Raises `Refused` (`review-over`, `review-ahead`, `not-expected`, `residency-ended`); nothing is written then.
    """
    team, current, expected = _expected(sprint, person)
    _has_begun(current)
    before = Presence.objects.filter(sprint=current, person=person).first()
    if before and before.came == came:
        return before
    presence, _created = Presence.objects.update_or_create(
        sprint=current, person=person, defaults={"came": came, "noted_at": timezone.now()}
    )
    if before and before.came:
        AttendanceCorrection.objects.create(presence=before, came=before.came, noted_at=before.noted_at)
    append(team.stream, "presence-noted", by=by, facts={**_facts(current, expected), "came": came})
    if current.is_held:
        recount(team)
    return presence


@act("teams.keep_sprint")
def record_everyone_attended(sprint: Sprint, *, by: Actor) -> list[Presence]:
    """Record that everyone expected attended a review, but those whose attendance is on record already (EL-51).

    Someone who said that a delegate comes is recorded as having sent one. Returns what was recorded, which may be nothing.
    Raises `Refused` (`review-over`, `review-ahead`, `residency-ended`); nothing is written then.
    """
    team, current = _current(sprint)
    _has_begun(current)
    before = {presence.person_id: presence for presence in Presence.objects.filter(sprint=current)}
    expected, recorded = [], []
    for attendee in expected_on(team.pk, current.review_on):
        presence = before.get(attendee.person.pk) or Presence(sprint=current)
        presence.person = attendee.person
        expected.append(presence)
        if not presence.came:
            presence.came = Came.DELEGATE if presence.answer == Answer.DELEGATE else Came.CAME
            presence.noted_at = timezone.now()
            recorded.append(presence)
    if recorded:
        Presence.objects.bulk_create(
            recorded, update_conflicts=True, unique_fields=["sprint", "person"], update_fields=["came", "noted_at"]
        )
        append(team.stream, "attendance-recorded", by=by, facts=_attendance_facts(current, expected, recorded))
        if current.is_held:
            recount(team)
    return recorded


def _attendance_facts(sprint: Sprint, expected: Iterable[Presence], recorded: list[Presence]) -> dict[str, Any]:
    """Who was recorded, and how that leaves everyone expected: how many attended, and who didn't."""
    expected = list(expected)
    names = lambda presences, came: [presence.person.name for presence in presences if presence.came == came]
    return {
        "sprint": sprint.number,
        "on": sprint.review_on,
        "count": len(names(expected, Came.CAME)),
        "expected": len(expected),
        "people": [presence.person_id for presence in recorded],
        "attended": names(recorded, Came.CAME),
        "delegates": names(expected, Came.DELEGATE),
        "absent": names(expected, Came.MISSED),
    }


def recount(team: Team) -> None:
    """Bring each champion's misses in a row up to date, and raise to lab operations who has just missed two (EL-51).

    Part of an act on attendance; under the team's lock.
    """
    held = list(team.sprints.filter(held_at__isnull=False).order_by("-review_on", "-pk")[:LOOKED_BACK])
    came: dict[int, dict[int, str]] = defaultdict(dict)
    for presence in Presence.objects.filter(sprint__in=held):
        came[presence.person_id][presence.sprint_id] = presence.came
    for champion in team.champions.filter(to_on=None).select_related("person"):
        attended = [Attended(s.review_on, came[champion.person_id].get(s.pk, "")) for s in held if champion.covers(s.review_on)]
        count = rules.missed_in_row(attended)
        _note_misses(team, champion, count, attended[0].on if attended else None)


def _note_misses(team: Team, champion: Champion, count: int, newest: datetime.date | None) -> None:
    before, champion.missed_in_row = champion.missed_in_row, count
    if before == count:
        return
    champion.save(update_fields=["missed_in_row"])
    if count >= RAISED_AFTER > before:
        facts = {"champion": champion.pk, "name": champion.person.name, "missed": count}
        append(team.stream, "champion-missing", by="system", facts=facts)
        mail.missing(team.subject, champion, newest)


def _current(sprint: Sprint) -> tuple[Team, Sprint]:
    """The sprint as it stands, under its team's lock."""
    team = locked_of(sprints=sprint.pk)
    return team, Sprint.objects.get(pk=sprint.pk)


def _has_begun(sprint: Sprint) -> None:
    """Raise `Refused` unless the review is held today or was on an earlier day."""
    if sprint.is_called_off:
        raise refuse("review-over", _("This review is cancelled."), _("You don’t need to do anything."), PLACE)
    if sprint.review_on > timezone.localdate():
        raise refuse("review-ahead", _("This review hasn’t started yet."), _("Record attendance on the day of the review."), PLACE)


def _expected(sprint: Sprint, person: Person) -> tuple[Team, Sprint, Expected]:
    """The sprint as it stands and in which part the person is expected, under the team's lock. Raises `Refused` (`not-expected`)."""
    team, current = _current(sprint)
    expected = next((attendee for attendee in expected_on(team.pk, current.review_on) if attendee.person.pk == person.pk), None)
    if expected is None:
        message = _("%(name)s isn’t expected at this review.") % {"name": person.name}
        raise refuse("not-expected", message, _("Add them to the team or name them as a champion first."), PLACE)
    return team, current, expected


def _facts(sprint: Sprint, expected: Expected) -> dict[str, Any]:
    return {"sprint": sprint.number, "on": sprint.review_on, "person": expected.person.pk, "name": expected.person.name}
