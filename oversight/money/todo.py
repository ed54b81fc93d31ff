"""Home lines and calendar dates for vendors' contracts (people/todo.py; EL-70)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledger.subjects import has_ended
from oversight.models import Contract
from people.todo import MOST, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

AHEAD = datetime.timedelta(days=30)


@TODO.add
def ending_contracts(today: datetime.date) -> list[Line]:
    """Return lines for contracts that end within 30 days, or have ended, and need a decision; one query."""
    rows = Contract.objects.watched().filter(to_on__lte=today + AHEAD).exclude(has_ended("stream"))
    return [_line(contract, today) for contract in rows.select_related(*with_leads("stream")).order_by("to_on", "pk")[:MOST]]


def _line(contract: Contract, today: datetime.date) -> Line:
    params = {"vendor": contract.vendor, "day": date_format(contract.to_on, "j F")}
    title = _("Contract with %(vendor)s ended on %(day)s") if contract.has_ended(today) else _("Contract with %(vendor)s ends on %(day)s")
    return Line(
        key=f"contract/{contract.pk}/{contract.to_on}",
        title=title % params,
        verb=_("Extend it or let it end"),
        url=reverse("contract", args=[contract.subject.reference, contract.pk]),
        since=contract.to_on - AHEAD,
        due_on=contract.to_on,
        about=about(contract.subject),
    )


@dates_of(DateKind.CONTRACT)
def contracts_ending(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """Return the contracts' last days from `start` through `end`; one query."""
    rows = scope.of(Contract.objects.current().filter(to_on__range=(start, end)), "stream")
    return [_entry(contract) for contract in rows.select_related(*with_leads("stream")).order_by("to_on", "pk")[: scope.most]]


def _entry(contract: Contract) -> Entry:
    return Entry(
        key=f"contract-{contract.pk}",
        kind=DateKind.CONTRACT.value,
        on=contract.to_on,
        title=_("Last day of the contract with %(vendor)s") % {"vendor": contract.vendor},
        url=reverse("money", args=[contract.subject.reference]),
        state=(DateState.PLANNED if contract.ends_as_planned else DateState.DUE).value,
        about=about(contract.subject),
    )
