"""Keeping what the role checks find, with its history (EL-42)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from acts.act import SYSTEM, Actor, act
from findings import Finding
from ledger.actions import append
from residencies.models import Residency
from teams.actions.locking import locked_anyhow
from teams.gates import role_checks, role_checks_of
from teams.models import CHECKED, RoleFinding, Team

TIME = "time"


def recheck(team: Team, *, because: str) -> bool:
    """Let the open findings of a team be what the rules find today; whether any was opened or resolved.

    Part of an act on the roster, named by `because`; under the team's lock.
    """
    residency, now = team.residency, timezone.now()
    findings = {f.code: f for f in role_checks(residency, timezone.localdate())} if residency.state in CHECKED else {}
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
        append(residency.stream, "findings-changed", by="system", facts=facts)
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
    for pk, code, message in RoleFinding.objects.open().values_list("team__residency", "code", "message"):
        open_now.setdefault(pk, {})[code] = message
    checks = role_checks_of(checked, today)
    differing = {pk for pk, findings in checks.items() if {f.code: str(f.message)[:500] for f in findings} != open_now.get(pk, {})}
    differing |= open_now.keys() - checks.keys()
    return sum(_recheck(residency) for residency in Residency.objects.filter(pk__in=differing))


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
