"""Acts about a team's place in the community, but for experts: one function a verb, one transaction each (EL-47, EL-49)."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import refuse_if_stale
from community import rules
from community.choices import Giving
from community.models import Colocation, Contribution, DeskAllocation, DeskCount
from community.models.desks import MOST_DESKS
from community.rules import Count, DeskUse, giving_faults
from findings import Finding, Refused, Severity, refuse
from ledger.actions import append, cancel, lab_stream, revise
from ledger.models import Stream
from people.models import Person
from residencies.models import Residency
from teams.models import Seat

PLACE = "community"


def locked_anyhow(residency: Residency) -> Residency:
    """The residency with its stream, locked until the transaction ends, whether it has ended or not."""
    return Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)


def locked(residency: Residency) -> Residency:
    """The same for one under way. Raises `Refused` (`residency-over`) once it has ended."""
    current = locked_anyhow(residency)
    if not current.is_under_way:
        params = {"residency": str(current), "state": current.get_state_display()}
        message = _("%(residency)s has ended (%(state)s).") % params
        raise refuse("residency-over", message, _("You don’t need to do anything."), PLACE)
    return current


# ── What teams give ───────────────────────────────────────────────────────────────────────────────


@act("community.keep_community")
def note_giving(
    residency: Residency, *, person: Person, kind: str, given_on: datetime.date, minutes: int, what: str = "", by: Actor
) -> Contribution:
    """Put on record what somebody of the team gave on a day, and how long it took them.

    Raises `Refused` (`giving-ahead`, `giving-time`, `giving-too-long` for workshops of more than a full day,
    `giving-not-on-team`); nothing is written then. The person's row is locked, so that two entries of one day count together.
    """
    residency = locked_anyhow(residency)
    # The residency first, as in every act on it; then the person.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    findings = list(
        giving_faults(
            kind, given_on, minutes, workshops_that_day=_workshops(person, given_on), on_team=_was_there(residency, person, given_on),
            today=timezone.localdate(),
        )
    )  # fmt: skip
    if findings:
        raise Refused(findings)
    values = {"kind": kind, "given_on": given_on, "minutes": minutes, "what": " ".join(what.split())}
    given = Contribution.objects.create(residency=residency, person=person, noted_by=account_of(by), **values)
    append(residency.stream, "giving-noted", by=by, facts=_giving_facts(given))
    return given


@act("community.keep_entry")
def cancel_giving(given: Contribution, *, reason: str, shown_revision: int, by: Actor) -> Contribution:
    """Take an entry out of the log that was a mistake; it stays on record. Raises `Stale`, and `Refused` (`giving-struck`, `no-reason`)."""
    residency = locked_anyhow(Residency.objects.get(contributions=given.pk))
    current = Contribution.objects.select_for_update(of=("self",)).select_related("person").get(pk=given.pk)
    refuse_if_stale(current, shown_revision)
    if current.struck_at:
        raise refuse("giving-struck", _("This entry has already been removed."), _("You don’t need to do anything."), PLACE)
    return cancel(current, reason=reason, act="giving-struck", by=by, stream=residency.stream, facts=_giving_facts(current), place=PLACE)


def _workshops(person: Person, on: datetime.date) -> int:
    rows = Contribution.objects.current().filter(person=person, given_on=on, kind=Giving.WORKSHOP)
    return rows.aggregate(minutes=Sum("minutes"))["minutes"] or 0


def _was_there(residency: Residency, person: Person, on: datetime.date) -> bool:
    seats = Seat.objects.of(residency).filter(person=person, from_on__lte=on)
    return seats.filter(Q(to_on=None) | Q(to_on__gte=on)).exists()


def _giving_facts(given: Contribution) -> dict[str, Any]:
    """What the ledger tells of an entry: the person by key and name, so that a reader needs no table."""
    facts = {"contribution": given.pk, "person": given.person_id, "name": given.person.name, "kind": given.kind}
    return facts | {"given_on": given.given_on, "minutes": given.minutes} | ({"what": given.what} if given.what else {})


# ── Desks and co-location ─────────────────────────────────────────────────────────────────────────


DESKS = "desks"


@act("community.set_colocation")
def set_colocation(residency: Residency, *, mode: str, place: str, plan: str, shown_revision: int, by: Actor) -> Colocation:
    """Say how the team works together, where, and what its first weeks hold; `shown_revision` is 0 while nothing is said yet.

    Raises `Stale` when somebody said it first, and `Refused` (`colocation-no-place`, `residency-over`).
    """
    residency = locked(residency)
    changes = {"mode": mode, "place": " ".join(place.split()), "plan": plan.strip()}
    current = Colocation.objects.filter(residency=residency).first()
    if mode != "virtual" and not changes["place"] and (current is None or current.revision == shown_revision):
        raise refuse("colocation-no-place", _("The place is missing."), _("Enter where the team meets."), PLACE)
    if current:
        return revise(current, shown_revision=shown_revision, changes=changes, act="colocation-edited", by=by, stream=residency.stream)
    colocation = Colocation.objects.create(residency=residency, **changes)
    append(residency.stream, "colocation-set", by=by, facts=changes)
    return colocation


@act("community.keep_desks", "people.administer")
def set_desk_count(*, from_on: datetime.date, desks: int, by: Actor) -> DeskCount:
    """Let the lab have so many desks from a day on, until another number begins.

    Raises `Refused` (`desks-number`, `desks-taken` when more are given out on a day from then on); nothing is written then.
    """
    if not 0 <= desks <= MOST_DESKS:
        message = _("The number of desks must be between 0 and %(most)d.") % {"most": MOST_DESKS}
        raise refuse("desks-number", message, _("Enter how many desks the lab has."), DESKS)
    counts = [count for count in _locked_counts() if count.from_on != from_on]
    wanted = Count(from_on, desks)
    following = min((count.from_on for count in counts if count.from_on > from_on), default=None)
    last = following - rules.DAY if following else None
    taken = [row.facts for row in DeskAllocation.objects.between(from_on, last)]
    overfull = rules.first_overfull([*counts, wanted], taken, from_on, last)
    if overfull:
        params = {"day": date_format(overfull.on), "taken": overfull.in_use}
        message = _("On %(day)s, %(taken)d desks are already assigned to teams.") % params
        raise refuse("desks-taken", message, _("Release desks first, or choose a later day."), DESKS)
    before = DeskCount.objects.filter(from_on=from_on).first()
    if before and before.desks == desks:
        return before
    values = {"desks": desks, "set_by": by, "revision": before.revision + 1 if before else 1}
    row, _created = DeskCount.objects.update_or_create(from_on=from_on, defaults=values)
    append(lab_stream(), "desks-counted", by=by, facts={"from_on": from_on, "desks": desks} | ({"before": before.desks} if before else {}))
    return row


@act("community.keep_desks")
def allocate_desks(
    residency: Residency, *, desks: int, from_on: datetime.date, to_on: datetime.date, where: str = "", by: Actor
) -> DeskAllocation:
    """Give a team desks from one day to another.

    Raises `Refused` (`desks-none` while nobody said how many there are, `desks-number`, `desk-dates`, `desks-full` with
    the first day that is full, `residency-over`); nothing is written then.
    """
    counts = _locked_counts()
    residency = locked(residency)
    _settle_desks(counts, DeskUse(from_on, to_on, desks), None)
    given = DeskAllocation.objects.create(residency=residency, desks=desks, from_on=from_on, to_on=to_on, where=" ".join(where.split()))
    append(residency.stream, "desks-given", by=by, facts=_desk_facts(given))
    return given


@act("community.keep_desks")
def change_desks(given: DeskAllocation, *, shown_revision: int, by: Actor, **changes: Any) -> DeskAllocation:
    """Give more or fewer desks, or for other days. Raises `Stale`, and `Refused` as `allocate_desks` does, and `desks-back`.

    Also of a residency that has ended, so that its desks become free.
    """
    counts = _locked_counts()
    residency = locked_anyhow(Residency.objects.get(desk_allocations=given.pk))
    current = _current_desks(given)
    values: dict[str, Any] = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in changes.items()}
    if current.revision == shown_revision:
        _settle_desks(
            counts, replace(current.facts, **{name: values[name] for name in values if name in {"from_on", "to_on", "desks"}}), current
        )
    return revise(current, shown_revision=shown_revision, changes=values, act="desks-changed", by=by, stream=residency.stream)


@act("community.keep_desks")
def take_back_desks(given: DeskAllocation, *, reason: str, shown_revision: int, by: Actor) -> DeskAllocation:
    """Take all desks of an entry back, which was a mistake or a plan given up; it stays on record.

    Raises `Stale`, and `Refused` (`desks-back`, `no-reason`).
    """
    _locked_counts()
    residency = locked_anyhow(Residency.objects.get(desk_allocations=given.pk))
    current = _current_desks(given)
    refuse_if_stale(current, shown_revision)
    return cancel(
        current, reason=reason, act="desks-taken-back", by=by, stream=residency.stream, facts=_desk_facts(current), place=DESKS,
        remedy=_("Say why the desks are released."),
    )  # fmt: skip


def free_desks(allocations: list[DeskAllocation], stream: Stream, *, by: Actor) -> None:
    """Give desks back because their residency has ended, today being the last day; part of that act, under their locks."""
    today = timezone.localdate()
    reason = _("The residency has ended.")
    for given in allocations:
        if given.from_on > today:
            given.struck_at, act, facts = timezone.now(), "desks-taken-back", {}
        elif given.to_on > today:
            act, facts = "desks-changed", {"changes": {"to_on": {"from": given.to_on, "to": today}}}
            given.to_on = today
        else:
            continue
        given.revision += 1
        given.save(update_fields=["struck_at", "to_on", "revision"])
        append(stream, act, by=by, facts=_desk_facts(given) | {"reason": reason, **facts})


def _locked_counts() -> list[Count]:
    """Every number of desks, locked; read after the lock, so that what others wrote while this one waited is seen."""
    # Two queries on purpose: one that waited for a lock gives those rows as they are now, but none that was inserted meanwhile.
    list(DeskCount.objects.select_for_update().order_by("from_on"))
    return [row.facts for row in DeskCount.objects.order_by("from_on")]


def _settle_desks(counts: list[Count], wanted: DeskUse, instead_of: DeskAllocation | None) -> None:
    """Raise `Refused` with all that is wrong once `wanted` stands, in place of `instead_of`; under the lock."""
    findings = []
    if not 1 <= wanted.desks <= MOST_DESKS:
        message = _("Assign at least one desk.")
        findings.append(Finding("desks-number", Severity.BLOCKS, message, _("Enter the number of desks, or release the entry."), DESKS))
    if wanted.to_on < wanted.from_on:
        message = _("The last day is before the first day.")
        findings.append(Finding("desk-dates", Severity.BLOCKS, message, _("Choose a later last day."), DESKS))
    if not findings:
        findings += _full(counts, wanted, instead_of)
    if findings:
        raise Refused(findings)


def _full(counts: list[Count], wanted: DeskUse, instead_of: DeskAllocation | None) -> list[Finding]:
    if not counts:
        message = _("The number of desks at the lab isn’t set.")
        return [Finding("desks-none", Severity.BLOCKS, message, _("Set it under Reports, Desks."), DESKS)]
    others = DeskAllocation.objects.between(wanted.from_on, wanted.to_on).exclude(pk=instead_of.pk if instead_of else 0)
    taken = [row.facts for row in others]
    overfull = rules.first_overfull(counts, [*taken, wanted], wanted.from_on, wanted.to_on)
    if overfull is None:
        return []
    params = {"day": date_format(overfull.on), "there": overfull.capacity, "taken": overfull.in_use - wanted.desks, "wanted": wanted.desks}
    message = _("On %(day)s, the lab has %(there)d desks and %(taken)d are taken, so %(wanted)d more can’t be assigned.") % params
    return [Finding("desks-full", Severity.BLOCKS, message, _("Choose fewer desks or other days."), DESKS)]


def _current_desks(given: DeskAllocation) -> DeskAllocation:
    current = DeskAllocation.objects.select_for_update().get(pk=given.pk)
    if current.struck_at:
        raise refuse("desks-back", _("These desks have already been released."), _("Reload the page to see the team’s desks."), DESKS)
    return current


def _desk_facts(given: DeskAllocation) -> dict[str, Any]:
    facts = {"allocation": given.pk, "desks": given.desks, "from_on": given.from_on, "to_on": given.to_on}
    return facts | ({"where": given.where} if given.where else {})
