"""Keeping a roster: one function a verb, one transaction each (EL-40, EL-41).

Every act locks the team's row first and looks at the whole roster after the change, so that two people who
add a ninth and a tenth at one moment wait for each other. No constraint can hold "nine at most on any day".
PostgreSQL honours the row lock (tests/teams/test_races.py); SQLite has none, and keeps order only by letting
one transaction write at a time: races are proven on PostgreSQL alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act, part
from acts.revisions import refuse_if_stale
from findings import Finding, Refused, refuse
from ledger.actions import append, cancel, revise
from ledger.subjects import Subject
from people.actions import chosen_or_new
from people.models import Person
from residencies.models import Residency
from residencies.reference_data import all_figures
from teams.facts import Roster
from teams.locks import locked, locked_anyhow, locked_of
from teams.models import CHECKED, RoleFinding, Seat, Team
from teams.roster import rules
from teams.roster.gates import is_checked, role_checks, role_checks_of

COPIED = (
    "person", "role", "employer", "vendor", "share", "to_on", "successor", "is_senior", "agile_trained_on", "band",
)  # fmt: skip


@act("teams.edit_team")
def add_seat(
    subject: Subject,
    *,
    role: str,
    employer: str,
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    **details: Any,
) -> Seat:
    """Give somebody a place on the subject's team, or plan an open seat when neither `person` nor `name` says who (EL-41).

    `name` and `email` are of somebody new; an address that is known already means the person who has it.
    `details` are further fields of `Seat`. Raises `Refused` with everything that is wrong: `team-too-large`
    when there would be more than nine on any day of it (EL-40), `role-twice`, `dates-reversed`,
    `share-out-of-range`, `vendor-unnamed`, `vendor-not-employer`, `residency-ended`; nothing is written then.
    """
    facts = {"person": person, "name": name, "email": email, "role": role, "employer": employer, "from_on": from_on, **details}
    team = locked(subject)
    seat = seated(team, by=by, **facts)
    recheck(team, because="seat-added")
    return seat


@part
def seated(team: Team, *, by: Actor, person: Person | None = None, name: str = "", email: str = "", **facts: Any) -> Seat:
    """Part of an act that gives places and rechecks the team once; under the team's lock. Raises `Refused` as `add_seat` does."""
    seat = Seat(team=team, person=chosen_or_new(person, name=name, email=email, by=by), **_tidy(facts))
    _settle(team, seat)
    seat.save(force_insert=True)
    append(team.stream, "seat-added", by=by, facts=_facts(seat))
    return seat


@act("teams.edit_seat", "people.administer")
def edit_seat(seat: Seat, *, shown_revision: int, by: Actor, **changes: Any) -> Seat:
    """Correct what an entry says of all its days. Raises `Stale`, and `Refused` as `add_seat` does."""
    return _correct(*_current(seat), _tidy(changes), shown_revision=shown_revision, by=by)


@act("teams.edit_seat")
def change_seat_from(seat: Seat, *, on: datetime.date, shown_revision: int, by: Actor, **changes: Any) -> Seat:
    """Let a place be different from a day on: the entry ends the day before and a new one follows it (EL-41).

    Returns the new entry. Raises `Stale`, `Refused` as `add_seat` does, and `change-outside` when the day
    is not after the entry's first and within its last.
    """
    return _follow(*_current(seat), _tidy(changes), on=on, shown_revision=shown_revision, by=by)


@act("teams.edit_seat")
def end_seat(seat: Seat, *, on: datetime.date, shown_revision: int, by: Actor) -> Seat:
    """Make `on` the last day of a place; the entry stays on record. Raises `Stale`, and `Refused` as `add_seat` does."""
    return edit_seat(seat, shown_revision=shown_revision, by=by, to_on=on)


@act("teams.edit_seat")
def fill_seat(
    seat: Seat, *, from_on: datetime.date, shown_revision: int, by: Actor, person: Person | None = None, name: str = "", email: str = ""
) -> Seat:
    """Put somebody into an open seat from a day on; until then it stays open. Raises as `change_seat_from` does, and `seat-filled`."""
    team, current = _current(seat)
    if current.person_id:
        raise refuse(
            "seat-filled",
            _("%(name)s already has this seat.") % {"name": current.who},
            _("Reload the page to see the current roster."),
            rules.PLACE,
        )
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("nobody-named", _("This seat needs a person."), _("Choose a person, or enter their name."), rules.PLACE)
    if from_on > current.from_on:
        return _follow(team, current, {"person": person}, on=from_on, shown_revision=shown_revision, by=by)
    return _correct(team, current, {"person": person, "from_on": from_on}, shown_revision=shown_revision, by=by)


@act("teams.edit_seat")
def cancel_seat(seat: Seat, *, reason: str, shown_revision: int, by: Actor) -> Seat:
    """Take out an entry that was a mistake or a plan given up: it counts on no day any more and stays on record.

    Raises `Stale`, and `Refused` (`no-reason`, `residency-ended`).
    """
    team, current = _current(seat)
    refuse_if_stale(current, shown_revision)
    cancel(current, reason=reason, act="seat-struck", by=by, stream=team.stream, facts=_facts(current), place=rules.PLACE)
    recheck(team, because="seat-struck")
    return current


def _correct(team: Team, current: Seat, changes: dict[str, Any], *, shown_revision: int, by: Actor) -> Seat:
    """Write `changes` over an entry; under its team's lock."""
    if current.revision == shown_revision:
        _settle(team, _with(current, changes), instead_of=current)
    corrected = revise(current, shown_revision=shown_revision, changes=changes, act="seat-edited", by=by, stream=team.stream)
    recheck(team, because="seat-edited")
    return corrected


def _follow(team: Team, current: Seat, changes: dict[str, Any], *, on: datetime.date, shown_revision: int, by: Actor) -> Seat:
    """End an entry the day before `on` and let one with `changes` follow it; under its team's lock."""
    refuse_if_stale(current, shown_revision, changes)
    if on <= current.from_on or (current.to_on and on > current.to_on):
        raise refuse(
            "change-outside",
            _("The change must start after the entry’s first day and no later than its last day."),
            _("Choose a date in between, or correct the entry itself."),
            rules.PLACE,
        )
    follower = Seat(team=team, follows=current, from_on=on, **{name: getattr(current, name) for name in COPIED} | changes)
    before, current.to_on = current.to_on, on - datetime.timedelta(days=1)
    _settle(team, follower, current, instead_of=current)
    current.revision += 1
    current.save(update_fields=["to_on", "revision"])
    follower.save(force_insert=True)
    facts = {"from": current.pk, "on": on, "changed": sorted(changes), "until": before}
    append(team.stream, "seat-changed", by=by, facts=_facts(follower) | facts)
    recheck(team, because="seat-changed")
    return follower


def _current(seat: Seat) -> tuple[Team, Seat]:
    """The seat as it stands, under its team's lock."""
    team = locked_of(seats=seat.pk)
    current = Seat.objects.select_for_update(of=("self",)).select_related("person").get(pk=seat.pk)
    if current.struck_at:
        raise refuse("seat-struck", _("This entry has already been removed."), _("Reload the page to see the current roster."), rules.PLACE)
    return team, current


def _settle(team: Team, *changed: Seat, instead_of: Seat | None = None) -> None:
    """Raise `Refused` with all that is wrong with the roster once `changed` stand in it, in place of `instead_of`."""
    stored = list(Seat.objects.of_stream(team.stream_id))
    others = tuple(seat.facts for seat in stored if instead_of is None or seat.pk != instead_of.pk)
    facts = tuple(seat.facts for seat in changed)
    findings: list[Finding] = [fault for seat in facts for fault in rules.seat_faults(seat)]
    if not findings:
        findings += [fault for seat in facts for fault in rules.role_twice(others, seat)]
        today = max(timezone.localdate(), min(seat.from_on for seat in facts))
        findings += rules.overfull(Roster(tuple(seat.facts for seat in stored)), Roster((*others, *facts)), all_figures(today))
    if findings:
        raise Refused(findings)


def _tidy(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in fields.items()}


def _with(seat: Seat, changes: Mapping[str, Any]) -> Seat:
    """A copy of `seat` with `changes`, saved nowhere."""
    fields = {name: getattr(seat, name) for name in ("team", "from_on", *COPIED)}
    return Seat(**{**fields, **changes})


def _facts(seat: Seat) -> dict[str, Any]:
    """What the ledger tells of a seat: people by key and name, so that a reader needs no table."""
    return {
        "seat": seat.pk,
        "person": seat.person_id,
        "name": seat.who,
        "role": seat.role,
        "employer": seat.employer,
        "vendor": seat.vendor,
        "share": seat.share,
        "from_on": seat.from_on,
        "to_on": seat.to_on,
    }


TIME = "time"


def recheck(team: Team, *, because: str) -> bool:
    """Let the open findings of a team be what the rules find today; whether any was opened or resolved.

    Part of an act on the roster, named by `because`; under the team's lock.
    """
    subject, now = team.subject, timezone.now()
    findings = {f.code: f for f in role_checks(subject, timezone.localdate())} if is_checked(subject) else {}
    standing = {row.code: row for row in RoleFinding.objects.open().filter(team=team)}
    opened, resolved = sorted(findings.keys() - standing.keys()), sorted(standing.keys() - findings.keys())
    RoleFinding.objects.filter(pk__in=[standing[code].pk for code in resolved]).update(resolved_at=now, resolved_by=because)
    RoleFinding.objects.bulk_create(
        RoleFinding(
            team=team, code=code, severity=int(findings[code].severity), message=str(findings[code].message)[:500],
            remedy=str(findings[code].remedy)[:500], opened_at=now, opened_by=because,
        )
        for code in opened
    )  # fmt: skip
    _reword([row for code, row in standing.items() if code in findings and row.message != str(findings[code].message)[:500]], findings)
    if opened or resolved:
        facts = {"opened": opened, "resolved": resolved, "because": because}
        append(team.stream, "findings-changed", by="system", facts=facts)
    return bool(opened or resolved)


def _reword(rows: list[RoleFinding], findings: dict[str, Finding]) -> None:
    """The same finding about somebody else, or of another number."""
    for row in rows:
        row.message, row.remedy = str(findings[row.code].message)[:500], str(findings[row.code].remedy)[:500]
    RoleFinding.objects.bulk_update(rows, ["message", "remedy"])


@act(system=SYSTEM, whole=False)
def keep_checks(*, by: Actor) -> int:
    """Bring every team's findings up to date, for dates pass too (EL-42). Returns of how many teams some changed.

    For a sweep: looks at all teams in a fixed number of queries, and locks only those whose findings differ.
    """
    today = timezone.localdate()
    checked = list(Residency.objects.filter(state__in=CHECKED))
    open_now: dict[int, dict[str, str]] = {}
    for stream, code, message in RoleFinding.objects.open().values_list("team__stream", "code", "message"):
        open_now.setdefault(stream, {})[code] = message
    checks = role_checks_of(checked, today)
    differing = {s for s, findings in checks.items() if {f.code: str(f.message)[:500] for f in findings} != open_now.get(s, {})}
    differing |= open_now.keys() - checks.keys()
    return sum(_recheck(residency) for residency in Residency.objects.filter(stream__in=differing))


def recheck_later(residencies: Iterable[Residency]) -> None:
    """Bring the findings of `residencies` up to date once the act that this is part of stands, each in a transaction of its own.

    So that an act on one team waits for no other's lock. What fails is found by the sweep.
    """
    rows = list(residencies)
    if rows:
        transaction.on_commit(lambda: _recheck_each(rows), robust=True)


def _recheck_each(residencies: list[Residency]) -> None:
    for residency in residencies:
        _recheck(residency)


@transaction.atomic
def _recheck(residency: Residency) -> bool:
    return recheck(locked_anyhow(residency), because=TIME)
