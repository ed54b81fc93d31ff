"""Beginning a residency and saying whose it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import IMPORT, Actor, act, part
from findings import Refused, refuse
from ledger.actions import append, lab_stream, revise
from ledger.models import Stream
from people.lab import lab_staff
from people.models import User
from residencies.models import (
    Condition,
    Intake,
    Membership,
    Ministry,
    PhaseSpan,
    ProgramArea,
    ReferenceYear,
    Residency,
)
from residencies.models.states import Phase
from spelling.clean import clean_line
from spelling.compare import same_title


@act("residencies.start_intake", "residencies.keep_ministries", on=None, system=IMPORT)
def program_area_for(ministry: Ministry, name: str, *, by: Actor) -> ProgramArea:
    """The ministry's program area of that name, made if it is new; spelling it another way does not make two (EL-01)."""
    name = clean_line(name)
    known = next((area for area in ProgramArea.objects.filter(ministry=ministry) if same_title(area.name, name)), None)
    if known:
        return known
    try:
        with transaction.atomic():
            area = ProgramArea.objects.create(ministry=ministry, name=name)
    except IntegrityError:  # someone else named it at this moment
        return next(area for area in ProgramArea.objects.filter(ministry=ministry) if same_title(area.name, name))
    append(lab_stream(), "program-area-added", by=by, facts={"program_area": area.pk, "name": name, "ministry": ministry.name})
    return area


def next_reference(year: int) -> str:
    """The next reference of `year`, such as XL-2026-014: unique and never given out twice (EL-03).

    Must run in the transaction that uses it; the year's row is locked until then.
    """
    # A counter and not max(): two at once would read the same maximum.
    ReferenceYear.objects.get_or_create(year=year)
    row = ReferenceYear.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{settings.REFERENCE_PREFIX}-{year}-{row.last:03d}"


@act("residencies.start_intake", system=IMPORT)
def start_intake(*, program_area: ProgramArea, product: str, problem: str, by: Actor) -> Residency:
    """Begin a residency as a draft intake, kept by `by` unless that is the lab's staff or a command (EL-01, EL-02, EL-10).

    Makes the intake and its six conditions. Raises `Refused`
    (`area-busy`) when the program area has a residency under way; nothing is written then.
    """
    try:
        with transaction.atomic():
            return _begin(program_area, clean_line(product), problem.strip(), by)
    except IntegrityError as clash:
        if busy := area_busy(program_area):
            raise busy from clash
        raise


def area_busy(program_area: ProgramArea, apart_from: int = 0) -> Refused | None:
    """The sentence for EL-02, naming the residency that is under way; None when there is none, and something else was amiss."""
    other = Residency.objects.under_way().filter(program_area=program_area).exclude(pk=apart_from).first()
    if not other:
        return None
    params = {"area": program_area.name, "other": str(other)}
    return refuse(
        "area-busy",
        _("%(area)s already has a residency under way: %(other)s.") % params,
        _("Wait until that residency ends, or withdraw it, before you start another."),
    )


def _begin(program_area: ProgramArea, product: str, problem: str, by: Actor) -> Residency:
    residency = begin(program_area, product, problem)
    PhaseSpan.objects.create(residency=residency, phase=residency.phase, from_on=timezone.localdate(residency.made_at))
    if isinstance(by, User) and not by.has_perm("residencies.review_intake"):
        Membership.objects.create(residency=residency, user=by)
    facts = {
        "reference": residency.reference,
        "product": product,
        "program_area": program_area.name,
        "ministry": program_area.ministry.name,
    }
    append(residency.stream, "intake-started", by=by, to_state=residency.state, facts=facts)
    return residency


@part
def begin(program_area: ProgramArea, product: str, problem: str, *, phase: str = Phase.APPLY, **fields: Any) -> Residency:
    """A new residency with its stream and its empty pages: intake and six conditions.

    Only `start_intake` and `record_past` call it, in the transaction in which they write their event.
    """
    now = timezone.now()
    residency = Residency(
        reference=next_reference(timezone.localdate(now).year),
        stream=Stream.objects.create(kind="residency"),
        program_area=program_area,
        product=product,
        problem=problem,
        phase=phase,
        made_at=now,
        state_since=now,
        **fields,
    )
    residency.search_text = residency.own_words
    residency.save(force_insert=True)
    Intake.objects.create(residency=residency)
    Condition.objects.bulk_create(Condition(residency=residency, number=number) for number in range(1, 7))
    return residency


@act("residencies.edit_residency")
def edit_residency(residency: Residency, *, shown_revision: int, by: Actor, **changes: Any) -> Residency:
    """Change product, problem or program area. Raises `Stale`, and `Refused` when the new area is busy."""
    return changed(residency, shown_revision=shown_revision, by=by, **changes)


@part
def changed(residency: Residency, *, shown_revision: int, by: Actor, **changes: Any) -> Residency:
    """What `edit_residency` does of any residency and `save_product` of a draft, under a permission of its own."""
    try:
        with transaction.atomic():
            edited = revise(
                residency, shown_revision=shown_revision, changes=changes, act="residency-edited", by=by, stream=residency.stream
            )
            Residency.objects.filter(pk=edited.pk).index_words()
            return edited
    except IntegrityError as clash:
        if busy := area_busy(changes.get("program_area", residency.program_area), apart_from=residency.pk):
            raise busy from clash
        raise


@act("residencies.assign")
def assign(residency: Residency, *, to: User | None, by: Actor) -> Residency:
    """Let `to` look after the residency for the lab; its open review goes with it (EL-16).

    Raises `Refused` (`not-lab-staff`) unless `to` is an active account of lab staff.
    """
    if to and to not in lab_staff():
        message = _("%(name)s isn’t lab staff.") % {"name": to}
        raise refuse("not-lab-staff", message, _("Choose someone with an active account in lab operations or leadership."))
    residency = Residency.objects.select_for_update(of=("self",)).get(pk=residency.pk)
    if residency.owner_id == (to.pk if to else None):
        return residency
    before, residency.owner = residency.owner, to
    residency.save(update_fields=["owner"])
    residency.reviews.filter(closed_at=None).update(assignee=to)
    append(residency.stream, "assigned", by=by, facts={"from": str(before or ""), "to": str(to or "")})
    return residency


@act("residencies.edit_intake")
def add_member(residency: Residency, user: User, *, by: Actor) -> Membership:
    """Let `user` keep the residency too; twice is once (EL-10)."""
    membership, is_new = Membership.objects.get_or_create(residency=residency, user=user, to_at=None)
    if is_new:
        append(residency.stream, "member-added", by=by, facts={"user": user.pk, "name": str(user)})
    return membership


@act("residencies.edit_intake", on="membership.residency")
def end_membership(membership: Membership, *, by: Actor) -> None:
    """`membership`'s account no longer keeps the residency; that it did stays on record."""
    if Membership.objects.filter(pk=membership.pk, to_at=None).update(to_at=timezone.now()):
        append(membership.residency.stream, "member-ended", by=by, facts={"user": membership.user_id, "name": str(membership.user)})
