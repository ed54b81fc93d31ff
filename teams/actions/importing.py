"""A roster from a spreadsheet: all of it or nothing (EL-41)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from findings import Finding, Refused, Severity
from ledger.acts import Actor, act
from people.names import title_key
from residencies.models import Residency
from teams.actions.locking import locked
from teams.actions.roster import seated
from teams.models import Seat, Team
from teams.roster_csv import Line, faults_of, lines_of


@act("teams.edit_team")
def import_roster(residency: Residency, text: str, *, by: Actor) -> list[Seat]:
    """Add every entry of a CSV file that is not on the roster yet; what was exported comes back as nothing new.

    An entry is there already when somebody of that name, or an open seat, has the role from the same day. Raises
    `Refused` with what is wrong in every line (`line-unreadable`, and as `add_seat` does); nothing is written then.
    """
    team = locked(residency)
    lines = lines_of(text)
    unreadable = [_at(number, Finding("line-unreadable", Severity.BLOCKS, fault, place="team")) for number, fault in faults_of(lines)]
    if unreadable:
        raise Refused(unreadable)
    there = {_sign(seat.person.name if seat.person else "", seat.role, seat.from_on) for seat in Seat.objects.of(residency)}
    added: list[Seat] = []
    refused: list[Finding] = []
    for line in lines:
        sign = _sign(line.facts["name"], line.facts["role"], line.facts["from_on"])
        if sign in there:
            continue
        there.add(sign)
        _add(team, line, added, refused, by)
    if refused:
        raise Refused(refused)
    return added


def _add(team: Team, line: Line, added: list[Seat], refused: list[Finding], by: Any) -> None:
    try:
        added.append(seated(team, by=by, **line.facts))
    except Refused as why:
        refused += [_at(line.number, finding) for finding in why.findings]


def _sign(name: str, role: str, from_on: Any) -> tuple[str, str, Any]:
    return title_key(name), role, from_on


def _at(number: int, finding: Finding) -> Finding:
    """The finding with the line that it is about."""
    return replace(finding, message=_("Line %(number)d: %(fault)s") % {"number": number, "fault": finding.message})
