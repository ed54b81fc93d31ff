"""What a status report says about the people on a team and its role checks (EL-41, EL-42, EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Severity
from ledger.subjects import Subject
from oversight.status.facts import named
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from teams.choices import TeamRole
from teams.models import RoleFinding, Seat

SOON = datetime.timedelta(days=30)


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the seats on the team, and the role checks that aren't met; two queries."""
    rows = Seat.objects.filter(team__stream=subject.stream_id, struck_at=None).select_related("person").order_by("from_on", "pk")
    for seat in rows:
        values = {
            "role": seat.role, "person": seat.person_id, "from_on": seat.from_on, "to_on": seat.to_on,
            "has_successor": bool(seat.successor),
        }  # fmt: skip
        yield SourceRow("seat", seat.pk, str(seat.get_role_display()), values, line=seat.person.name if seat.person else "")
    findings = RoleFinding.objects.filter(team__stream=subject.stream_id, opened_at__lte=timezone.now()).open()
    for finding in findings.filter(severity__gte=Severity.WARNS):
        yield SourceRow("check", finding.pk, finding.message, {"severity": finding.severity}, line=finding.remedy)


def count(rows: Rows, period: Period) -> Contribution:
    """Return who joined and left in the period, open roles, people who leave soon, and role checks that aren't met."""
    seats = rows["seat"]
    first, last = {seat.key: seat.day("from_on") or period.start for seat in seats}, {seat.key: seat.day("to_on") for seat in seats}
    now = [seat for seat in seats if first[seat.key] <= period.today and _until(last[seat.key]) >= period.today]
    here = {seat.values["person"] for seat in now if seat.values["person"]}
    before = {seat.values["person"] for seat in seats if first[seat.key] < period.start}
    joined = sorted({seat.line for seat in now if seat.values["person"] and seat.values["person"] not in before})
    left = sorted(
        {seat.line for seat in seats if seat.values["person"] and period.covers(last[seat.key]) and seat.values["person"] not in here}
    )
    vacant = [seat for seat in now if seat.values["person"] is None]
    stays = {seat.values["person"] for seat in seats if _until(last[seat.key]) > period.today + SOON}
    leaving = {
        seat.values["person"] for seat in now
        if seat.values["person"] and not seat.values["has_successor"] and seat.values["person"] not in stays
    }  # fmt: skip
    checks = rows["check"]
    facts = {
        "roles_open": len(vacant),
        "leaving_without_successor": len(leaving),
        "role_checks_open": len(checks),
        "role_checks_serious": sum(check.values["severity"] >= Severity.BLOCKS_START for check in checks),
    }
    lines = ((joined, _("Joined the team: %(names)s.")), (left, _("Left the team: %(names)s.")))
    roles = sorted({seat.label for seat in vacant})
    return Contribution(
        facts,
        done=tuple(sentence % {"names": named(names)} for names, sentence in lines if names),
        upcoming=(
            *((_("Fill roles on the team: %(names)s.") % {"names": named(roles)},) if roles else ()),
            *(f"{check.label} {check.line}" for check in checks[:2]),
        ),
        figures=(Figure("people", _("People on the team"), str(len(here)), {"count": len(here)}),) if seats else (),
    )


def _until(day: datetime.date | None) -> datetime.date:
    return day or datetime.date.max


SEAT = SourceTable(
    gettext_lazy("Role on the team"),
    {
        "role": gettext_lazy("role"),
        "person": gettext_lazy("person"),
        "from_on": gettext_lazy("first day"),
        "to_on": gettext_lazy("last day"),
        "has_successor": gettext_lazy("has a successor"),
    },
    {"role": dict(TeamRole.choices)},
)
CHECK = SourceTable(
    gettext_lazy("Role check that isn’t met"),
    {"severity": gettext_lazy("level")},
    {"severity": {int(level): level.label for level in Severity}},
)
FACTS = {
    "roles_open": gettext_lazy("Planned roles that aren’t filled"),
    "leaving_without_successor": gettext_lazy("People who leave within 30 days without a successor"),
    "role_checks_open": gettext_lazy("Role checks that aren’t met"),
    "role_checks_serious": gettext_lazy("Role checks that aren’t met and have to be from the start"),
}
status_source(Source("people", 40, {"seat": SEAT, "check": CHECK}, FACTS, read, count))
