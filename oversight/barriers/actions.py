"""Acts on barriers: raise, describe, assign, move, close, reopen, and group barriers that several teams share (EL-73).

Every act locks the subject first, then the barrier, and appends its event last (ledger.subjects.lock). A barrier that groups
others is on the lab's own stream and has no subject to lock.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append, lab_stream, revise
from ledger.models import Stream
from ledger.subjects import Subject, lock, noun
from oversight.barriers import rules
from oversight.barriers.queries import routes_of
from oversight.barriers.rules import PLACE
from oversight.choices import CLOSED, BarrierState, Gravity, Scope
from oversight.models import Barrier, BarrierStay, Category, Level, Risk
from oversight.models.barriers import LAB
from people.actions import chosen_or_new
from people.models import Person

Item = TypeVar("Item", bound=Barrier | Risk)
LONGEST_ACCEPTANCE = datetime.timedelta(days=366)


@act("oversight.raise_barrier")
def raise_barrier(
    subject: Subject,
    *,
    text: str,
    by: Actor,
    category: Category | None = None,
    scope: str = Scope.LOCAL,
    severity: str = Gravity.MODERATE,
    blocks_work: bool = False,
    raised_for: str = "",
) -> Barrier:
    """Raise a barrier at the first level of its route; that level's time starts today.

    Raises `Refused` (`barrier-no-text`, `barrier-no-route`, `ended`); nothing is written then.
    """
    lock(subject.stream)
    values = {"category": category, "scope": scope, "severity": severity, "blocks_work": blocks_work, "raised_for": raised_for}
    return _raised(subject.stream, text, values, by)


def _raised(stream: Stream, text: str, values: dict[str, Any], by: Actor) -> Barrier:
    if not text.strip():
        raise Refused([rules.no_text_fault()])
    levels, routes = routes_of(stream.kind)
    entry = routes.entry(values["scope"])
    if entry is None:
        message = _("There is no route for barriers yet, so this one wouldn’t reach anyone.")
        raise refuse("barrier-no-route", message, _("Ask an administrator to set up the levels and routes."), PLACE)
    today = timezone.localdate()
    barrier = Barrier(stream=stream, text=text, raised_by=account_of(by), raised_on=today, **values)
    _place(barrier, levels[entry], today)
    barrier.save(force_insert=True)
    _arrive(barrier, 1, today)
    facts = _facts(barrier) | {"level": barrier.level.name, "scope": barrier.scope, "severity": barrier.severity}
    append(stream, "barrier-raised", by=by, facts=facts, to_state=barrier.state)
    return barrier


@act("oversight.keep_barrier")
def edit_barrier(barrier: Barrier, *, shown_revision: int, by: Actor, **changes: Any) -> Barrier:
    """Edit a barrier's description. Once it has a category, a cause and a proposed solution, it is defined and can move up.

    Raises `Stale`, and `Refused` (`barrier-closed`, `barrier-no-text`, `barrier-off-route`, and `barrier-not-defined` if it
    has already moved and would lose one of those three).
    """
    current = locked(barrier)
    merged = {name: changes.get(name, getattr(current, name)) for name in ("category", "cause", "proposed_solution", "scope", "text")}
    described = {name: merged[name] for name in ("category", "cause", "proposed_solution")}
    findings: list[Finding] = []
    if not current.is_open:
        findings.append(rules.closed_fault())
    if not str(merged["text"]).strip():
        findings.append(rules.no_text_fault())
    if merged["scope"] != current.scope:
        _levels, routes = routes_of(current.stream.kind)
        if current.systemic_parent_id or current.is_the_labs or not routes.is_on_route(merged["scope"], current.level_id):
            message = _("You can’t change who is affected while the barrier is at this level.")
            findings.append(blocking("barrier-off-route", message, _("Move it along its route first."), PLACE))
    if current.state == BarrierState.ROUTED and rules.state_of(BarrierState.DEFINED, **described) != BarrierState.DEFINED:
        message = _("This barrier has already moved, so its category, cause and proposed solution can’t be removed.")
        findings.append(blocking("barrier-not-defined", message, _("Change them instead."), PLACE))
    if findings:
        raise Refused(findings)
    state = rules.state_of(current.state, **described)
    name = "barrier-defined" if state == BarrierState.DEFINED != current.state else "barrier-edited"
    changes = changes | ({"state": state} if state != current.state else {})
    return revise(current, shown_revision=shown_revision, changes=changes, act=name, by=by, stream=current.stream, facts=_facts(current))


@act("oversight.keep_barrier")
def assign_owner(
    item: Barrier | Risk, *, shown_revision: int, by: Actor, person: Person | None = None, name: str = "", email: str = ""
) -> Barrier | Risk:
    """Make a person the owner of a barrier or a risk; `name` and `email` are for someone who isn't on record yet.

    Raises `Stale`, and `Refused` (`owner-missing`, `barrier-closed`, `risk-closed`).
    """
    current = locked(item)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("owner-missing", _("The owner is missing."), _("Choose a person, or enter their name."), PLACE)
    if not current.is_open:
        raise Refused([rules.closed_fault() if isinstance(current, Barrier) else rules.risk_closed_fault()])
    is_barrier = isinstance(current, Barrier)
    facts = {"barrier" if is_barrier else "risk": current.text, "name": person.name}
    act_name = "barrier-assigned" if is_barrier else "risk-assigned"
    return revise(
        current, shown_revision=shown_revision, changes={"owner": person}, act=act_name, by=by, stream=current.stream, facts=facts
    )


@act("oversight.move_barrier")
def move_barrier(barrier: Barrier, *, to: Level, recommendation: str, reason: str, shown_revision: int, by: Actor) -> Barrier:
    """Move a barrier one step up or back on its route, with the current level's recommendation and the reason for moving it.

    The current level's time ends today and the next one's starts. Raises `Stale`, and `Refused` with everything that is wrong:
    `barrier-closed`, `barrier-off-route`, `barrier-not-defined`, `barrier-no-recommendation`, `barrier-no-reason`.
    """
    current = locked(barrier)
    refuse_if_stale(current, shown_revision)
    levels, routes = routes_of(current.stream.kind)
    faults = rules.move_faults(
        routes,
        state=current.state,
        scope=current.scope,
        start=current.level_id,
        end=to.pk if to.pk in levels else 0,
        recommendation=recommendation,
        reason=reason,
    )
    if findings := list(faults):
        raise Refused(findings)
    stay = _leave(current, recommendation, reason, by)
    before, left, today = current.state, current.level, timezone.localdate()
    # A barrier can go back before it is defined. It stays identified then.
    current.state = BarrierState.ROUTED if current.is_defined else current.state
    _place(current, levels[to.pk], today)
    _save(current, "level", "due_on", "state")
    _arrive(current, stay.number + 1, today)
    facts = _facts(current) | {
        "from_level": left.name,
        "level": current.level.name,
        "recommendation": stay.recommendation,
        "reason": stay.reason,
    }
    append(current.stream, "barrier-moved", by=by, facts=facts | {"days": stay.days}, from_state=before, to_state=current.state)
    return current


@act("oversight.keep_barrier")
def close_barrier(
    barrier: Barrier,
    *,
    state: str,
    outcome: str,
    shown_revision: int,
    by: Actor,
    accepted_until: datetime.date | None = None,
    also: Sequence[Barrier] = (),
) -> Barrier:
    """Close a barrier: resolved, accepted until a day, or withdrawn. `also` are barriers grouped under it to close with it.

    The person who raised a barrier can't accept it, so accepting takes two people. Raises `Stale`, and `Refused`
    (`barrier-closed`, `barrier-no-outcome`, `barrier-accepted-until`, `barrier-accept-own`).
    """
    current = locked(barrier)
    refuse_if_stale(current, shown_revision)
    findings = list(_close_faults(current, state, outcome, accepted_until, by))
    if findings:
        raise Refused(findings)
    for grouped in _locked_parts(current, also):
        # Each on its own subject's stream, in key order. Barriers that someone else closed in the meantime are left alone.
        _close(grouped, state, outcome, accepted_until, by)
    _close(current, state, outcome, accepted_until, by)
    return current


def _close_faults(current: Barrier, state: str, outcome: str, accepted_until: datetime.date | None, by: Actor) -> Iterable[Finding]:
    today = timezone.localdate()
    if not current.is_open:
        yield rules.closed_fault()
    if not outcome.strip():
        yield blocking("barrier-no-outcome", _("The outcome is missing."), _("Say how it was resolved, or why it’s closed."), PLACE)
    if state != BarrierState.ACCEPTED:
        return
    if accepted_until is None or not today < accepted_until <= today + LONGEST_ACCEPTANCE:
        message = _("An accepted barrier needs a date for a new decision.")
        yield blocking("barrier-accepted-until", message, _("Choose a date within the next year."), PLACE)
    if account_of(by) == current.raised_by:
        message = _("You raised this barrier, so someone else has to accept it.")
        yield blocking("barrier-accept-own", message, _("Ask a colleague to decide."), PLACE)


def _close(current: Barrier, state: str, outcome: str, accepted_until: datetime.date | None, by: Actor) -> None:
    stay = _leave(current, "", outcome, by)
    before, current.state = current.state, state
    current.outcome, current.closed_on = outcome.strip(), timezone.localdate()
    current.accepted_until, current.due_on = accepted_until if state == BarrierState.ACCEPTED else None, None
    _save(current, "state", "outcome", "closed_on", "accepted_until", "due_on")
    facts = _facts(current) | {"level": current.level.name, "days": stay.days, "outcome": current.outcome, "until": current.accepted_until}
    append(current.stream, "barrier-closed", by=by, facts=facts, from_state=before, to_state=state)


@act("oversight.keep_barrier")
def reopen_barrier(barrier: Barrier, *, reason: str, shown_revision: int, by: Actor) -> Barrier:
    """Reopen an accepted barrier at the level that accepted it, on or before the day its acceptance ends.

    Raises `Stale`, and `Refused` (`barrier-not-accepted`, `barrier-no-reason`).
    """
    current = locked(barrier)
    refuse_if_stale(current, shown_revision)
    if not current.is_accepted:
        message = _("Only an accepted barrier can be reopened.")
        raise refuse("barrier-not-accepted", message, _("If it’s back, raise a new barrier and mention this one."), PLACE)
    if not reason.strip():
        raise refuse("barrier-no-reason", _("The reason is missing."), _("Say what has changed."), PLACE)
    before = current.state
    current.state = BarrierState.ROUTED if current.is_defined else BarrierState.IDENTIFIED
    current.outcome, current.closed_on, current.accepted_until = "", None, None
    today, last = timezone.localdate(), current.stays.order_by("-number").first()
    _place(current, current.level, today)
    _save(current, "state", "outcome", "closed_on", "accepted_until", "due_on")
    _arrive(current, last.number + 1 if last else 1, today)
    facts = _facts(current) | {"level": current.level.name, "reason": reason.strip()}
    append(current.stream, "barrier-reopened", by=by, facts=facts, from_state=before, to_state=current.state)
    return current


@act("oversight.group_barriers", on=None)
def group_barriers(
    barriers: Sequence[Barrier], *, text: str, by: Actor, cause: str = "", proposed_solution: str = "", severity: str = Gravity.MAJOR
) -> Barrier:
    """Raise one systemic barrier, on the lab's stream, and group open local barriers of one category under it.

    Raises `Refused` (`barriers-not-alike`, `barrier-no-text`, `barrier-no-route`).
    """
    rows = list(
        Barrier.objects.select_for_update(of=("self",)).select_related("stream").filter(pk__in=[row.pk for row in barriers]).order_by("pk")
    )
    categories = {row.category_id for row in rows}
    fit = all(row.is_open and row.scope == Scope.LOCAL and row.systemic_parent_id is None for row in rows)
    if len(rows) < 2 or len(categories) != 1 or None in categories or not fit:
        message = _("These barriers can’t be grouped.")
        raise refuse("barriers-not-alike", message, _("Choose two or more open local barriers of one category."), PLACE)
    values = {"category_id": categories.pop(), "scope": Scope.SYSTEMIC, "severity": severity, "cause": cause.strip()}
    systemic = _raised(lab_stream(), text, values | {"proposed_solution": proposed_solution.strip()}, by)
    if systemic.is_defined:
        systemic.state = BarrierState.DEFINED
        systemic.save(update_fields=["state"])
    for row in rows:
        row.systemic_parent = systemic
        _save(row, "systemic_parent")
        append(row.stream, "barrier-grouped", by=by, facts=_facts(row) | {"systemic": systemic.text, "systemic_barrier": systemic.pk})
    append(
        lab_stream(), "barriers-grouped", by=by, facts={"barrier": systemic.text, "barriers": [row.pk for row in rows], "count": len(rows)}
    )
    return systemic


# ── The end of a subject ─────────────────────────────────────────────────────────────────────


@part
def end_barriers(barriers: Iterable[Barrier], *, by: Actor) -> None:
    """Withdraw barriers because their subject has ended; part of the act that ended it, under their locks."""
    for barrier in barriers:
        _close(barrier, BarrierState.WITHDRAWN, why_ended(barrier), None, by)


@part
def why_ended(item: Barrier | Risk) -> str:
    return _("The %(kind)s has ended.") % {"kind": noun(item.subject)}


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


@part
def locked(item: Item) -> Item:
    """Lock the subject, then the barrier or risk, and return it as it is now."""
    stream = item.stream
    if stream.kind != LAB:
        lock(stream)
    related = ("stream", "raised_by", "owner", "category", *(("level__body",) if isinstance(item, Barrier) else ()))
    manager: Any = type(item)._default_manager
    current: Item = manager.select_for_update(of=("self",)).select_related(*related).get(pk=item.pk)
    current.stream = stream
    return current


def _locked_parts(systemic: Barrier, also: Sequence[Barrier]) -> list[Barrier]:
    if not also:
        return []
    wanted = [row.pk for row in also]
    rows = Barrier.objects.select_for_update(of=("self",)).select_related("level__body", "stream").filter(pk__in=wanted)
    return list(rows.filter(systemic_parent=systemic).exclude(state__in=CLOSED).order_by("pk"))


def _save(barrier: Barrier, *fields: str) -> None:
    barrier.revision += 1
    barrier.save(update_fields=[*fields, "revision"])


def _place(barrier: Barrier, level: Level, today: datetime.date) -> None:
    """Put a barrier at a level. Its due date is fixed now and doesn't change with the level's allowance."""
    barrier.level, barrier.due_on = level, rules.due_on(today, level.allowed_days)


def _arrive(barrier: Barrier, number: int, today: datetime.date) -> BarrierStay:
    """Start a stay at the barrier's level."""
    level = barrier.level
    due_on = rules.due_on(today, level.allowed_days)
    return BarrierStay.objects.create(barrier=barrier, number=number, level=level, body=level.body, from_on=today, due_on=due_on)


def _leave(barrier: Barrier, recommendation: str, reason: str, by: Actor) -> BarrierStay:
    """End the stay at the barrier's level."""
    stay = BarrierStay.objects.select_for_update(of=("self",)).select_related("level").get(barrier=barrier, to_on=None)
    stay.to_on, stay.ended_by = max(timezone.localdate(), stay.from_on), account_of(by)
    stay.recommendation, stay.reason = recommendation.strip(), reason.strip()
    stay.save(update_fields=["to_on", "ended_by", "recommendation", "reason"])
    return stay


def _facts(barrier: Barrier) -> dict[str, Any]:
    return {"barrier": barrier.text, "barrier_id": barrier.pk}
