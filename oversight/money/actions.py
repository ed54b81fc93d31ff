"""Acts on a subject's money: budgets, entries, who pays, and contracts (EL-70, EL-71)."""

from __future__ import annotations

import datetime
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from dates.months import fiscal_label
from findings import Refused, blocking, refuse
from ledger.actions import append, cancel, revise
from ledger.subjects import Subject, lock
from oversight.choices import CostItem, Payer
from oversight.models import Budget, Contract, CostShare, FundingConfirmation, MoneyLine
from oversight.money import rules
from web.templatetags.portal import dollars

PLACE = "money"
Row = TypeVar("Row", Budget, FundingConfirmation)


# ── Budget and confirmation ──────────────────────────────────────────────────────────────────


@act("oversight.keep_money")
def set_budget(
    subject: Subject, *, fiscal_year: int, kind: str, amount_cents: int, reason: str = "", shown_revision: int = 0, by: Actor
) -> Budget:
    """Record the budget for a fiscal year, or correct it. The earlier row stays, and the new one refers to it.

    `shown_revision` is 0 for a first budget. Raises `Stale` if someone else set it in the meantime, and `Refused` (`money-year`,
    `money-amount`, `no-reason` for a correction).
    """
    subject = lock(subject.stream)
    before = Budget.objects.current().filter(stream=subject.stream, fiscal_year=fiscal_year, kind=kind).first()
    values = {"fiscal_year": fiscal_year, "kind": kind, "amount_cents": amount_cents}
    if (unchanged := _settle(before, values, reason, shown_revision)) is not None:
        return unchanged
    budget = Budget(kind=kind, fiscal_year=fiscal_year, amount_cents=amount_cents)
    _follow(budget, before, subject, reason, by)
    facts = {"year": fiscal_label(fiscal_year), "budget_kind": kind, "amount": dollars(amount_cents)}
    append(subject.stream, "budget-corrected" if before else "budget-set", by=by, facts=facts | _corrected(before, reason))
    return budget


@act("oversight.keep_money")
def confirm_funding(
    subject: Subject, *, fiscal_year: int, amount_cents: int, confirmed_by: str, confirmed_on: datetime.date, reason: str = "",
    shown_revision: int = 0, by: Actor,
) -> FundingConfirmation:  # fmt: skip
    """Record how much the program area can pay in a fiscal year, who confirmed it and when (EL-70).

    A new confirmation replaces the earlier one, which stays on record. Raises `Stale`, and `Refused`
    (`money-year`, `money-amount`, `money-ahead`, `no-reason`).
    """
    subject = lock(subject.stream)
    before = FundingConfirmation.objects.current().filter(stream=subject.stream, fiscal_year=fiscal_year).first()
    values: dict[str, Any] = {"fiscal_year": fiscal_year, "amount_cents": amount_cents}
    values |= {"confirmed_by": " ".join(confirmed_by.split()), "confirmed_on": confirmed_on}
    if confirmed_on > timezone.localdate():
        raise Refused([rules.ahead(timezone.localdate())])
    if (unchanged := _settle(before, values, reason, shown_revision)) is not None:
        return unchanged
    confirmation = FundingConfirmation(**values)
    _follow(confirmation, before, subject, reason, by)
    facts = {"year": fiscal_label(fiscal_year), "amount": dollars(amount_cents), "name": confirmation.confirmed_by, "on": confirmed_on}
    append(subject.stream, "funding-reconfirmed" if before else "funding-confirmed", by=by, facts=facts | _corrected(before, reason))
    return confirmation


def _settle(before: Row | None, values: dict[str, Any], reason: str, shown_revision: int) -> Row | None:
    """Return the existing row if nothing changes, else None. Raises `Stale` and `Refused`."""
    if before is not None:
        refuse_if_stale(before, shown_revision, values)
    findings = [*rules.year_faults(values["fiscal_year"], timezone.localdate()), *rules.budget_faults(values["amount_cents"])]
    if findings:
        raise Refused(findings)
    if before is None:
        return None
    if all(getattr(before, name) == value for name, value in values.items()):
        return before
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why you’re changing it."), PLACE)
    return None


def _follow(row: Any, before: Any, subject: Subject, reason: str, by: Actor) -> None:
    """Save `row`, as a correction of `before` if there is one."""
    row.stream, row.corrects, row.entered_by = subject.stream, before, account_of(by)
    row.revision = before.revision + 1 if before else 1
    row.reason = reason.strip() if before else ""
    row.save(force_insert=True)


def _corrected(before: Any, reason: str) -> dict[str, Any]:
    return {"before": dollars(before.amount_cents), "reason": reason.strip()} if before else {}


# ── Entries ──────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_money")
def enter_money(
    subject: Subject,
    *,
    kind: str,
    item: str,
    payer: str,
    on: datetime.date,
    amount_cents: int,
    vendor: str = "",
    source: str = "",
    by: Actor,
) -> MoneyLine:
    """Add an amount that is committed, spent or forecast.

    Raises `Refused` (`money-amount`, or `money-ahead` for spending in the future); nothing is written then.
    """
    subject = lock(subject.stream)
    values = {"kind": kind, "item": item, "payer": payer, "vendor": vendor, "on": on, "amount_cents": amount_cents, "source": source}
    if findings := list(rules.line_faults(kind, on, amount_cents, timezone.localdate())):
        raise Refused(findings)
    line = written(subject, by=by, **values)
    append(subject.stream, "money-entered", by=by, facts=_line_facts(line))
    return line


@part
def written(subject: Subject, *, by: Actor, **values: Any) -> MoneyLine:
    """Save an entry with valid values; part of an act, under the subject's lock."""
    return MoneyLine.objects.create(stream=subject.stream, entered_by=account_of(by), **values)


@act("oversight.keep_money_entry")
def correct_entry(line: MoneyLine, *, reason: str, shown_revision: int, by: Actor, **values: Any) -> MoneyLine:
    """Replace `line` with a corrected entry. `line` stays on record and no longer counts.

    Raises `Stale` if someone else corrected it first, and `Refused` (`no-reason`, `money-removed`, and what `enter_money` raises).
    """
    current = _current(line, shown_revision, values)
    if findings := list(rules.line_faults(values["kind"], values["on"], values["amount_cents"], timezone.localdate())):
        raise Refused(findings)
    return _replace(current, reason, by=by, act="money-corrected", values=values)


@act("oversight.keep_money_entry")
def remove_entry(line: MoneyLine, *, reason: str, shown_revision: int, by: Actor) -> MoneyLine:
    """Remove an entry that was added by mistake; it stays on record. Raises `Stale`, and `Refused` (`no-reason`, `money-removed`)."""
    current = _current(line, shown_revision, {})
    values = {name: getattr(current, name) for name in ("kind", "item", "payer", "vendor", "on", "amount_cents", "source")}
    return _replace(current, reason, by=by, act="money-removed", values=values | {"removed": True})


def _current(line: MoneyLine, shown_revision: int, values: dict[str, Any]) -> MoneyLine:
    """Lock the subject and return the entry's latest correction.

    Every act on a subject's money takes this lock, so that no one else can correct the entry until the act is done.
    """
    subject = lock(line.stream)
    last = MoneyLine.objects.get(pk=line.pk)
    while later := MoneyLine.objects.filter(corrects=last).first():
        last = later
    last.stream = subject.stream
    if last.removed:
        raise refuse("money-removed", _("This entry has already been removed."), _("Add a new entry instead."), PLACE)
    refuse_if_stale(last, shown_revision, values)
    return last


def _replace(current: MoneyLine, reason: str, *, by: Actor, act: str, values: dict[str, Any]) -> MoneyLine:
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why you’re changing the entry."), PLACE)
    line = MoneyLine(**values)
    _follow(line, current, current.subject, reason, by)
    append(current.stream, act, by=by, facts=_line_facts(line) | {"before": dollars(current.amount_cents), "reason": reason.strip()})
    return line


def _line_facts(line: MoneyLine) -> dict[str, Any]:
    """Return an entry's facts for the ledger."""
    facts = {"entry": line.pk, "entry_kind": line.kind, "item": line.item, "payer": line.payer, "for_day": line.on}
    facts |= {"amount": dollars(line.amount_cents)}
    return facts | {name: value for name, value in (("vendor", line.vendor), ("source", line.source)) if value}


# ── Who pays for what ────────────────────────────────────────────────────────────────────────


@act("oversight.keep_money")
def set_payer(subject: Subject, *, item: str, payer: str, note: str = "", shown_revision: int, by: Actor) -> CostShare:
    """Record who pays for one of the items a team needs (EL-71). `shown_revision` is 0 if it wasn't set before. Raises `Stale`."""
    subject = lock(subject.stream)
    share = CostShare.objects.filter(stream=subject.stream, item=CostItem(item)).first()
    changes = {"payer": Payer(payer).value, "note": " ".join(note.split())}
    facts = {"item": CostItem(item).value, "payer": changes["payer"]}
    if share:
        return revise(share, shown_revision=shown_revision, changes=changes, act="payer-changed", by=by, stream=subject.stream, facts=facts)
    share = CostShare.objects.create(stream=subject.stream, item=item, **changes)
    append(subject.stream, "payer-set", by=by, facts=facts | ({"note": share.note} if share.note else {}))
    return share


# ── Contracts ────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_money")
def add_contract(
    subject: Subject, *, vendor: str, purpose: str, from_on: datetime.date, to_on: datetime.date, amount_cents: int | None = None,
    ends_as_planned: bool = False, by: Actor,
) -> Contract:  # fmt: skip
    """Add a vendor's contract. Reminders go out before its last day. Raises `Refused` (`contract-dates`, `money-amount`)."""
    subject = lock(subject.stream)
    _settle_contract(from_on, to_on, amount_cents)
    contract = Contract.objects.create(
        stream=subject.stream, vendor=vendor, purpose=purpose, amount_cents=amount_cents,
        from_on=from_on, to_on=to_on, ends_as_planned=ends_as_planned, entered_by=account_of(by),
    )  # fmt: skip
    append(subject.stream, "contract-added", by=by, facts=_contract_facts(contract))
    return contract


@act("oversight.keep_money_entry")
def edit_contract(contract: Contract, *, shown_revision: int, by: Actor, **changes: Any) -> Contract:
    """Change a contract, or extend it. Raises `Stale`, and `Refused` (`contract-removed`, `contract-dates`, `money-amount`)."""
    current = _current_contract(contract)
    values: dict[str, Any] = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in changes.items()}
    if current.revision == shown_revision:
        merged = {name: values.get(name, getattr(current, name)) for name in ("from_on", "to_on", "amount_cents")}
        _settle_contract(**merged)
    facts = {"vendor": current.vendor}
    return revise(current, shown_revision=shown_revision, changes=values, act="contract-changed", by=by, stream=current.stream, facts=facts)


@act("oversight.keep_money_entry")
def remove_contract(contract: Contract, *, reason: str, shown_revision: int, by: Actor) -> Contract:
    """Remove a contract that was added by mistake; it stays on record. Raises `Stale`, and `Refused` (`contract-removed`, `no-reason`)."""
    current = _current_contract(contract)
    refuse_if_stale(current, shown_revision)
    return cancel(current, reason=reason, act="contract-removed", by=by, stream=current.stream, facts=_contract_facts(current), place=PLACE)


def _current_contract(contract: Contract) -> Contract:
    subject = lock(contract.stream)
    current = Contract.objects.select_for_update().get(pk=contract.pk)
    current.stream = subject.stream
    if current.struck_at:
        raise refuse("contract-removed", _("This contract has already been removed."), _("Add it again if it is needed."), PLACE)
    return current


def _settle_contract(from_on: datetime.date, to_on: datetime.date, amount_cents: int | None) -> None:
    findings = [] if amount_cents is None else list(rules.budget_faults(amount_cents))
    if to_on < from_on:
        findings.append(
            blocking("contract-dates", _("The last day is before the first day."), _("Use a last day on or after the first."), PLACE)
        )
    if findings:
        raise Refused(findings)


def _contract_facts(contract: Contract) -> dict[str, Any]:
    facts = {"contract": contract.pk, "vendor": contract.vendor, "purpose": contract.purpose}
    facts |= {"from_on": contract.from_on, "to_on": contract.to_on}
    return facts if contract.amount_cents is None else facts | {"amount": dollars(contract.amount_cents)}
