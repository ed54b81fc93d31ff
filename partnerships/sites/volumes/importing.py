"""Acts on a site's volumes: services delivered and clients served by service and month, by hand or from a table (PB-46)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append
from partnerships.models import Site, SiteService, SiteVolume
from spelling.compare import title_key
from web.spreadsheets import reading
from web.spreadsheets.columns import Column, day, line, whole_number
from web.spreadsheets.reading import Fault, Record, Table, TableRefused

MOST, MOST_ROWS = 1_000_000, 5_000
PLACE = "sites"
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month(text: str) -> datetime.date:
    """Read a month: 2026-05, or any day of it."""
    match = MONTH.fullmatch(text.strip())
    return datetime.date(int(match[1]), int(match[2]), 1) if match else day(text).replace(day=1)


def columns() -> tuple[Column, ...]:
    """Return the columns of a table of volumes, in order."""
    return (
        Column("service", _("Service"), line(100), ("service name", "category"), required=True),
        Column("month", _("Month"), month, ("period", "date"), required=True, empty=None),
        Column("services", _("Services"), whole_number(0, MOST), ("services delivered", "transactions"), required=True, empty=None),
        Column("clients", _("Clients"), whole_number(0, MOST), ("clients served", "visitors"), required=True, empty=None),
    )


@dataclass
class Plan:
    """What a table would add, and how many of its rows are on record already."""

    rows: list[Record] = field(default_factory=list)
    known: int = 0

    @property
    def summary(self) -> str:
        added = ngettext("%(count)d row added.", "%(count)d rows added.", len(self.rows)) % {"count": len(self.rows)}
        if not self.known:
            return added
        return f"{added} {ngettext('%(count)d was already on record.', '%(count)d were already on record.', self.known) % {'count': self.known}}"


@act("partnerships.keep_partnership", on="service.site.partnership")
def set_volume(service: SiteService, *, month: datetime.date, services: int, clients: int, by: Actor) -> SiteVolume:
    """Enter, or correct, the services and clients for a service in a month. Raises `Refused` (`volume-ahead`, `volume-amount`)."""
    partnership = subjects.lock(service.site.partnership.stream)
    first = month.replace(day=1)
    if first > service.site.today:
        raise refuse("volume-ahead", _("That month is in the future."), _("Choose a month that has begun."), PLACE)
    if not (0 <= services <= MOST and 0 <= clients <= MOST):
        raise refuse("volume-amount", _("A number is out of range."), _("Enter whole numbers from 0."), PLACE)
    row, _is_new = SiteVolume.objects.update_or_create(service=service, month=first, defaults={"services": services, "clients": clients})
    facts = {"site": service.site.name, "service": service.name, "month": first, "services": services, "clients": clients}
    append(partnership.stream, "volume-set", by=by, facts=facts)
    return row


def read(data: bytes | str) -> Table:
    """Return the rows of a file or pasted text, with every fault in their cells. Raises `Refused` if there is no such table in it."""
    return reading.read_or_refuse(data, columns(), place=PLACE, most_rows=MOST_ROWS)


def plan_volumes(site: Site, table: Table) -> Plan:
    """Compare the rows of `table` with what is on record, and add every fault to it; one query. Writes nothing."""
    rows = SiteVolume.objects.filter(service__site=site).select_related("service")
    known = {(title_key(row.service.name), row.month): (row.services, row.clients) for row in rows}
    plan, on_rows, today = Plan(), dict[tuple[str, datetime.date], int](), site.today
    for record in table.good:
        values = record.values
        key, shown = (title_key(values["service"]), values["month"]), date_format(values["month"], "F Y")
        fault = None
        if values["month"] > today:
            fault = _("is in the future")
        elif key in on_rows:
            fault = _("is in this table twice for this service, also on row %(row)d") % {"row": on_rows[key]}
        elif key in known and known[key] != (values["services"], values["clients"]):
            fault = _("is on record with other numbers. Correct it by hand")
        on_rows.setdefault(key, record.row)
        if fault:
            table.faults.append(Fault(record.row, _("Month"), shown, fault, table.sheet))
        elif key in known:
            plan.known += 1
        else:
            plan.rows.append(record)
    return plan


@act("partnerships.keep_partnership", on="site.partnership")
def import_volumes(site: Site, data: bytes | str, *, by: Actor) -> Plan:
    """Add every row of a table that isn't on record yet, or none.

    Raises `TableRefused` with the faults of every row, and `Refused` (`line-unreadable`). Seven queries, for any number of rows.
    """
    partnership = subjects.lock(site.partnership.stream)
    table = read(data)
    plan = plan_volumes(site, table)
    if table.faults:
        raise TableRefused(table, PLACE)
    if plan.rows:
        services = {title_key(row.name): row for row in SiteService.objects.filter(site=site)}
        names = {title_key(record.values["service"]): record.values["service"] for record in plan.rows}
        SiteService.objects.bulk_create([SiteService(site=site, name=name) for key, name in names.items() if key not in services])
        services = {title_key(row.name): row for row in SiteService.objects.filter(site=site)}
        SiteVolume.objects.bulk_create(
            SiteVolume(
                service=services[title_key(record.values["service"])], month=record.values["month"],
                services=record.values["services"], clients=record.values["clients"],
            )
            for record in plan.rows
        )  # fmt: skip
        append(partnership.stream, "volumes-imported", by=by, facts={"site": site.name, "rows": len(plan.rows)})
    return plan
