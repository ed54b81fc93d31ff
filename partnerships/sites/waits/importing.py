"""Import of waits from a queue system's file: all rows or none. The same file again adds nothing (SP-07, PB-45).

An import of 10,000 rows takes a few queries more than one of ten.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import IMPORT, SYSTEM, Actor, act
from ledger import subjects
from ledger.actions import append, lab_stream
from partnerships.models import Site, SiteService, Ticket, WaitDay
from partnerships.sites.waits import rules
from partnerships.sites.waits.rules import DayFacts, TicketFacts
from spelling.compare import title_key
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, line, moment, yes_or_no
from web.spreadsheets.reading import Fault, Record, Table, TableRefused

MOST_ROWS = 10_000
KEPT = datetime.timedelta(days=400)  # how long tickets are kept, so that a file imported twice is known
LONGEST = datetime.timedelta(hours=12)  # a wait or an interview that takes longer is a mistake in the file
PLACE = "sites"
Report = Callable[[str, str, str], None]


def columns() -> tuple[Column, ...]:
    """Return the columns of an import, in order, by the names that queue systems give them."""
    return (
        Column("ticket", _("Ticket"), line(60), ("ticket number", "token", "ticket id")),
        Column("service", _("Service"), line(100), ("service name", "queue", "category"), required=True),
        Column("arrived", _("Arrived"), moment, ("arrival", "ticket time", "check-in", "created"), required=True, empty=None),
        Column("began", _("Called"), moment, ("service began", "begin of service", "start", "begin"), empty=None),
        Column("ended", _("Ended"), moment, ("service ended", "end of service", "finished", "end"), empty=None),
        Column("right", _("Right organization"), yes_or_no, ("right place", "at the right organization"), empty=None),
    )


def headers() -> list[str]:
    return [column.label for column in columns()]


# ── What a file would do ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Planned:
    """A ticket that an import would add: its key, and its service by name."""

    key: str
    facts: TicketFacts


@dataclass
class Plan:
    """The tickets that an import would add, how many are already on record, and the services it would add."""

    tickets: list[Planned] = field(default_factory=list)
    known: int = 0
    new_services: list[str] = field(default_factory=list)

    @property
    def added(self) -> int:
        return len(self.tickets)

    @property
    def days(self) -> list[datetime.date]:
        return sorted({planned.facts.on for planned in self.tickets})

    @property
    def last_day(self) -> datetime.date:
        return self.days[-1]

    @property
    def by_service(self) -> list[tuple[str, rules.Figures]]:
        """Return each service's name with the figures of what would be added."""
        facts = list(rules.counted(replace(planned.facts, service=str(planned.facts.service)) for planned in self.tickets).values())
        tallies = rules.tallied(facts, {}, key=lambda day: day.service)
        return [(name, tallies[name].figures) for name in sorted(tallies)]

    @property
    def summary(self) -> str:
        added = ngettext("%(count)d client added.", "%(count)d clients added.", self.added) % {"count": self.added}
        if not self.known:
            return added
        known = ngettext("%(count)d was already on record.", "%(count)d were already on record.", self.known) % {"count": self.known}
        return f"{added} {known}"


@dataclass(frozen=True)
class _Site:
    """What is on record of a site: its services by name, and the tickets of a file's days by key."""

    site: Site
    services: dict[str, SiteService]
    tickets: dict[str, Ticket]


def plan_import(site: Site, table: Table) -> Plan:
    """Compare the rows of `table` with what is on record, and add every fault to it; two queries. Writes nothing."""
    rows = [(record, _facts_of(record, site, _reporter(record, table))) for record in table.good]
    good = [(record, facts) for record, facts in rows if facts is not None]
    known = _on_record(site, [facts.on for _record, facts in good])
    plan, repeats, on_rows = Plan(), Counter[str](), dict[str, int]()
    for record, facts in good:
        _plan_row(record, facts, known, plan, repeats, on_rows, _reporter(record, table))
    return plan


def _on_record(site: Site, days: list[datetime.date]) -> _Site:
    services = {title_key(row.name): row for row in SiteService.objects.filter(site=site)}
    tickets = Ticket.objects.filter(site=site, on__range=(min(days), max(days))) if days else Ticket.objects.none()
    return _Site(site, services, {row.key: row for row in tickets})


def _plan_row(
    record: Record, facts: TicketFacts, known: _Site, plan: Plan, repeats: Counter[str], on_rows: dict[str, int], fault: Report
) -> None:
    """Plan a row: new, or known by its key. Without a ticket number, equal rows are told apart by which of them they are."""
    ticket, identity = record.values["ticket"], _identity(facts)
    repeats[identity] += 1
    key = _hash(f"{facts.on}|{title_key(ticket)}" if ticket else f"{identity}|{repeats[identity]}")
    if ticket and key in on_rows:
        fault(_("Ticket"), ticket, _("is in this file twice for this day, also on row %(row)d") % {"row": on_rows[key]})
        return
    on_rows[key] = record.row
    row = known.tickets.get(key)
    if row is None:
        service = known.services.get(title_key(facts.service))
        if service is None and title_key(facts.service) not in map(title_key, plan.new_services):
            plan.new_services.append(facts.service)
        plan.tickets.append(Planned(key, replace(facts, service=service or facts.service)))
    elif (row.arrived_at, row.began_at, row.ended_at) != (facts.arrived_at, facts.began_at, facts.ended_at):
        fault(_("Ticket"), ticket, _("is on record with other times"))
    else:
        plan.known += 1


def _identity(facts: TicketFacts) -> str:
    times = (facts.arrived_at, facts.began_at, facts.ended_at)
    return "|".join([title_key(facts.service), *(time.isoformat() if time else "" for time in times)])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _reporter(record: Record, table: Table) -> Report:
    """Return a function that adds a fault of a row to the table: its column, its value, and what would be right."""
    return lambda column, value, expectation: table.faults.append(Fault(record.row, column, value, expectation, table.sheet))


def _facts_of(record: Record, site: Site, fault: Report) -> TicketFacts | None:
    """Return a row's ticket with its times as instants, or None after saying what is wrong."""
    labels = {"arrived": _("Arrived"), "began": _("Called"), "ended": _("Ended")}
    times: dict[str, datetime.datetime | None] = {}
    for name, label in labels.items():
        local = record.values[name]
        times[name] = _instant(local, site) if local else None
        if local and times[name] is None:
            fault(label, f"{local:%Y-%m-%d %H:%M}", _("doesn’t exist at the site: clocks went forward"))
            return None
    arrived, began, ended = times["arrived"], times["began"], times["ended"]
    assert arrived is not None  # noqa: S101 - the column is required
    complaint = _complaint(arrived, began, ended)
    if complaint:
        name, expectation = complaint
        fault(labels[name], f"{record.values[name]:%Y-%m-%d %H:%M}", expectation)
        return None
    return TicketFacts(record.values["service"], site.day_of(arrived), arrived, began, ended, record.values["right"])


def _complaint(arrived: datetime.datetime, began: datetime.datetime | None, ended: datetime.datetime | None) -> tuple[str, str] | None:
    """Return which time can't be, and what would be right; None if all can."""
    now = timezone.now()
    if max(time for time in (arrived, began, ended) if time) > now:
        last = "ended" if ended and ended > now else "began" if began and began > now else "arrived"
        return last, _("is in the future")
    if arrived < now - KEPT:
        return "arrived", _("is too long ago. Use the last 13 months")
    if ended and not began:
        return "ended", _("needs the time at which the client was called")
    for name, earlier, later, label in (("began", arrived, began, _("Arrived")), ("ended", began, ended, _("Called"))):
        if earlier and later and later < earlier:
            return name, _("is before “%(column)s”") % {"column": label}
        if earlier and later and later - earlier > LONGEST:
            return name, _("is more than 12 hours after “%(column)s”") % {"column": label}
    return None


def _instant(local: datetime.datetime, site: Site) -> datetime.datetime | None:
    """Return the instant of a time at the site, unless it has an offset of its own; None if clocks skipped it."""
    if local.tzinfo is not None:
        return local.astimezone(datetime.UTC)
    instant = local.replace(tzinfo=ZoneInfo(site.time_zone)).astimezone(datetime.UTC)
    return instant if instant.astimezone(ZoneInfo(site.time_zone)).replace(tzinfo=None) == local else None


# ── The import ───────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership", on="site.partnership", system=IMPORT)
def import_waits(site: Site, data: bytes | str, *, source: str = "", by: Actor) -> Plan:
    """Add every ticket of a spreadsheet or pasted text that isn't on record yet; `source` names the file in the ledger.

    Raises `TableRefused` with the faults of every row, and `Refused` (`line-unreadable`) if there is no such table in it; nothing
    is written then. At most 20 queries on PostgreSQL, for 10,000 rows: tickets are written in parts of 2,000.
    """
    partnership: Any = subjects.lock(site.partnership.stream)
    if not partnership.is_under_way:
        subjects.refuse_after_end(partnership.stream, "waits-imported")
    table = read(data)
    plan = plan_import(site, table)
    if table.faults:
        raise TableRefused(table, PLACE)
    if plan.added:
        _add(site, plan)
        facts = {"site": site.name, "rows": plan.added, "known": plan.known, "from_on": plan.days[0], "to_on": plan.days[-1]}
        append(partnership.stream, "waits-imported", by=by, facts=facts | ({"file": source} if source else {}))
    return plan


def _add(site: Site, plan: Plan) -> None:
    """Write new services and the tickets, and count the days that they are on again; six queries."""
    SiteService.objects.bulk_create([SiteService(site=site, name=name) for name in plan.new_services])
    services = {title_key(row.name): row for row in SiteService.objects.filter(site=site)}
    facts = [replace(each.facts, service=services[title_key(str(each.facts.service))]) for each in plan.tickets]
    Ticket.objects.bulk_create(
        [
            Ticket(
                site=site, key=planned.key, service=each.service, on=each.on, arrived_at=each.arrived_at, began_at=each.began_at,
                ended_at=each.ended_at, right_organization=each.right_organization,
            )
            for planned, each in zip(plan.tickets, facts, strict=True)
        ],
        batch_size=2000,
    )  # fmt: skip
    _add_to_days(rules.counted(replace(each, service=each.service.pk) for each in facts).values())


def _add_to_days(days: Iterable[DayFacts]) -> None:
    """Add what was counted to the days on record, under the partnership's lock. Tickets that are forgotten stay counted."""
    by_key = {(day.service, day.on): day for day in days}
    services, dates = zip(*by_key, strict=True)
    rows = WaitDay.objects.filter(service__in=set(services), on__range=(min(dates), max(dates)))
    on_record = {(row.service_id, row.on): row for row in rows if (row.service_id, row.on) in by_key}
    new = [key for key in by_key if key not in on_record]
    for key, row in on_record.items():
        _raise(row, by_key[key])
    WaitDay.objects.bulk_update(on_record.values(), ["clients", "left", "right", "wrong", "waits", "lengths"], batch_size=500)
    empty = {"clients": 0, "left": 0, "right": 0, "wrong": 0}
    added = [WaitDay(service_id=service, on=on, waits={}, lengths={}, **empty) for service, on in new]
    for row in added:
        _raise(row, by_key[row.service_id, row.on])
    WaitDay.objects.bulk_create(added, batch_size=1000)


def _raise(row: WaitDay, day: DayFacts) -> None:
    for name in ("clients", "left", "right", "wrong"):
        setattr(row, name, getattr(row, name) + getattr(day, name))
    for name in ("waits", "lengths"):
        counts = Counter({int(minutes): count for minutes, count in getattr(row, name).items()}) + Counter(getattr(day, name))
        setattr(row, name, {str(minutes): counts[minutes] for minutes in sorted(counts)})


@act(system=SYSTEM)
def forget_tickets(*, by: Actor) -> int:
    """Delete tickets that are older than 400 days; returns how many. The days that they were counted on stay."""
    deleted, _by_model = Ticket.objects.filter(on__lt=timezone.localdate() - KEPT - datetime.timedelta(days=1)).delete()
    if deleted:
        append(lab_stream(), "tickets-forgotten", by=by, facts={"rows": deleted})
    return deleted


def read(data: bytes | str) -> Table:
    """Return the rows of a file or pasted text, with every fault in their cells. Raises `Refused` if there is no such table in it."""
    return reading.read_or_refuse(data, columns(), place=PLACE, most_rows=MOST_ROWS)
