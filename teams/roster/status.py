"""What a status report says about the people on a team and its role checks (EL-41, EL-42, EL-96)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from findings import Severity
from ledger.subjects import Subject
from oversight.status.facts import Contribution, Figure, Period, named, status_facts
from teams.models import RoleFinding, Seat

SOON = datetime.timedelta(days=30)


@status_facts(place=40)
def people(subject: Subject, period: Period) -> Contribution:
    """Return who joined and left in the period, open roles, people who leave soon, and role checks that aren't met; two queries."""
    rows = Seat.objects.filter(team__stream=subject.stream_id, struck_at=None).select_related("person").order_by("from_on", "pk")
    seats = list(rows)
    now = [seat for seat in seats if seat.from_on <= period.today and (seat.to_on is None or seat.to_on >= period.today)]
    here = {seat.person_id for seat in now if seat.person_id}
    before = {seat.person_id for seat in seats if seat.from_on < period.start}
    joined = sorted({seat.person.name for seat in now if seat.person and seat.person_id not in before})
    left = sorted({seat.person.name for seat in seats if seat.person and period.covers(seat.to_on) and seat.person_id not in here})
    vacant = [seat for seat in now if seat.person_id is None]
    stays = {seat.person_id for seat in seats if seat.to_on is None or seat.to_on > period.today + SOON}
    leaving = [
        seat for seat in now
        if seat.person and seat.to_on and seat.to_on <= period.today + SOON and not seat.successor and seat.person_id not in stays
    ]  # fmt: skip
    findings = RoleFinding.objects.filter(team__stream=subject.stream_id, opened_at__lte=timezone.now()).open()
    checks = list(findings.filter(severity__gte=Severity.WARNS).values_list("severity", "message", "remedy"))
    facts = {
        "roles_open": len(vacant),
        "leaving_without_successor": len({seat.person_id for seat in leaving}),
        "role_checks_open": len(checks),
        "role_checks_serious": sum(severity >= Severity.BLOCKS_START for severity, _message, _remedy in checks),
    }
    lines = ((joined, _("Joined the team: %(names)s.")), (left, _("Left the team: %(names)s.")))
    roles = sorted({str(seat.get_role_display()) for seat in vacant})
    return Contribution(
        facts,
        done=tuple(sentence % {"names": named(names)} for names, sentence in lines if names),
        upcoming=(
            *((_("Fill roles on the team: %(names)s.") % {"names": named(roles)},) if roles else ()),
            *(f"{message} {remedy}" for _severity, message, remedy in checks[:2]),
        ),
        figures=(Figure("people", _("People on the team"), str(len(here))),) if seats else (),
    )
