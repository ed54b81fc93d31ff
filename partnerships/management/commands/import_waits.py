"""`manage.py import_waits FILE.csv --site ID`: waits of a site, from its queue system's file (SP-07)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from acts.act import Actor
from oversight.management.import_command import ImportCommand
from partnerships.models import Site
from partnerships.sites.waits.importing import MOST_ROWS, Plan, headers, import_waits


class Command(ImportCommand[Plan]):
    help = (
        f"Import waits of a site from its queue system's file (CSV, XLSX or ODS) of up to {MOST_ROWS} rows, one for each client. Times "
        "are by the site's own clock unless they have an offset. Tickets that are already on record don't change. If any row has a "
        "problem, nothing is imported."
    )
    columns = staticmethod(headers)

    def add_target(self, parser: CommandParser) -> None:
        parser.add_argument("--site", required=True, type=int, metavar="ID", help="the number in the address of the site's page")

    def target(self, options: dict[str, Any]) -> Site:
        site = Site.objects.select_related("partnership__stream").filter(pk=options["site"]).first()
        if site is None:
            raise CommandError(f"There is no site {options['site']}.", returncode=2)
        return site

    def carry(self, target: Site, data: bytes, *, source: str, by: Actor) -> Plan:
        return import_waits(target, data, source=source, by=by)

    def summary(self, plan: Plan, verb: str) -> str:
        services = f" New services: {', '.join(plan.new_services)}." if plan.new_services else ""
        return f"{verb} {plan.added} clients. Already on record: {plan.known}.{services}"
