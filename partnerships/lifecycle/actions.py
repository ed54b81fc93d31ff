"""Acts on a partnership itself: start it, change it, its partners, and every move of its lifecycle (SP-01, SP-04)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from findings import refuse
from ledger import subjects
from ledger.actions import append, revise
from ledger.models import Stream
from oversight.checklists.actions import make_checklists
from partnerships.agreement.template import offered_template
from partnerships.guidance.checklists import add_practices
from partnerships.lifecycle.checklists import PARTNERING
from partnerships.lifecycle.moves import LIFECYCLE
from partnerships.models import Partner, Partnership, ReferenceYear
from people.actions import known_or_new
from people.models import Organization, Person, User

LETTERS = "SP"


def next_reference(year: int) -> str:
    """Return the next reference of `year`, such as SP-2026-003: unique and never given out twice.

    Must run in the transaction that uses it; the year's row is locked until then.
    """
    ReferenceYear.objects.get_or_create(year=year)
    row = ReferenceYear.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{LETTERS}-{year}-{row.last:03d}"


@act("partnerships.start_partnership")
def start_partnership(*, name: str, by: Actor, problem: str = "", lead: User | None = None) -> Partnership:
    """Start a partnership as an idea, with the steps of the partnering process (PB-21). Raises `Refused` (`partnership-no-name`)."""
    if not name.strip():
        raise refuse("partnership-no-name", _("The name is missing."), _("Enter a short name, such as the place and the service."))
    stream = Stream.objects.create(kind="partnership")
    reference = next_reference(timezone.localdate().year)
    row = Partnership.objects.create(reference=reference, stream=stream, name=name, problem=problem.strip(), lead=lead)
    append(stream, "partnership-started", by=by, to_state=row.state, facts={"name": row.name, **({"lead": str(lead)} if lead else {})})
    make_checklists(row, PARTNERING, by=by)
    return row


@act("partnerships.keep_partnership")
def edit_partnership(partnership: Partnership, *, shown_revision: int, by: Actor, **changes: Any) -> Partnership:
    """Change its words, lead or board. A change of the words asks every partner to confirm again (PB-22). Raises `Stale`, `Refused`."""
    subjects.lock(partnership.stream)
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    if "name" in changes and not changes["name"]:
        raise refuse("partnership-no-name", _("The name is missing."), _("Enter a short name, such as the place and the service."))
    return revise(partnership, shown_revision=shown_revision, changes=changes, act="partnership-edited", by=by, stream=partnership.stream)


# ── Partners ─────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership")
def add_partner(
    partnership: Partnership,
    *,
    organization: Organization,
    role: str,
    joined_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
) -> Partner:
    """Add an organization, with the person who coordinates for it; `name` and `email` are for someone new. Raises `Refused` (`partner-known`)."""
    subjects.lock(partnership.stream)
    if person is None and name.strip():
        person = known_or_new(name=name, email=email, organisation=organization.name, by=by)
    partner = Partner.objects.create(partnership=partnership, organization=organization, role=role, coordinator=person, joined_on=joined_on)
    facts = {"organization": organization.name, "partner_role": role, "joined_on": joined_on}
    append(partnership.stream, "partner-added", by=by, facts={**facts, **({"coordinator": person.name} if person else {})})
    if organization.level == Organization.Level.INDIGENOUS:
        add_practices(partnership, by=by)
    return partner


@act("partnerships.keep_partner")
def set_coordinator(partner: Partner, *, by: Actor, person: Person | None = None, name: str = "", email: str = "") -> Partner:
    """Name the person who coordinates for a partner, or nobody. Raises `Refused` (`partner-left`)."""
    current = _locked(partner)
    if person is None and name.strip():
        person = known_or_new(name=name, email=email, organisation=current.organization.name, by=by)
    current.coordinator = person
    current.save(update_fields=["coordinator"])
    facts = {"organization": current.organization.name, "coordinator": person.name if person else ""}
    append(current.partnership.stream, "coordinator-set", by=by, facts=facts)
    return current


@act("partnerships.keep_partner")
def end_partner(partner: Partner, *, left_on: datetime.date, by: Actor) -> Partner:
    """Record that an organization leaves after the day `left_on`. Raises `Refused` (`partner-left`, `partner-dates`)."""
    current = _locked(partner)
    if left_on < current.joined_on:
        raise refuse("partner-dates", _("The last day is before the day it joined."), _("Choose a later day."))
    current.left_on = left_on
    current.save(update_fields=["left_on"])
    facts = {"organization": current.organization.name, "left_on": left_on}
    append(current.partnership.stream, "partner-left", by=by, facts=facts)
    return current


@act("partnerships.confirm_purpose")
def confirm_purpose(partner: Partner, *, shown_sha256: str, by: Actor) -> Partner:
    """Confirm problem, purpose, vision and values for a partner, as they were shown (PB-22).

    Raises `Refused`: `purpose-changed` if they have changed since, `partner-left`.
    """
    current = _locked(partner)
    if shown_sha256 != current.partnership.words_sha256:
        raise refuse("purpose-changed", _("The wording has changed since you opened the page."), _("Read it again, then confirm."))
    current.confirmed_sha256, current.confirmed_on, current.confirmed_by = shown_sha256, timezone.localdate(), account_of(by)
    current.save(update_fields=["confirmed_sha256", "confirmed_on", "confirmed_by"])
    append(current.partnership.stream, "purpose-confirmed", by=by, facts={"organization": current.organization.name})
    return current


def _locked(partner: Partner) -> Partner:
    """Return the partner as it is now, under its partnership's lock. Raises `Refused` (`partner-left`)."""
    partnership = subjects.lock(partner.partnership.stream)
    current = Partner.objects.select_related("organization", "partnership__stream").get(pk=partner.pk)
    current.partnership = partnership
    if current.left_on is not None:
        raise refuse("partner-left", _("This organization has left the partnership."), _("Reload the page to see the current partners."))
    return current


# ── Moves ────────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.study_feasibility")
def study_feasibility(partnership: Partnership, *, by: Actor) -> Partnership:
    """Go on from the idea to its feasibility study. Raises `MoveRefused` with everything that is missing."""
    return LIFECYCLE.move("study_feasibility", partnership, by=by)


@act("partnerships.begin_agreeing")
def begin_agreeing(partnership: Partnership, *, by: Actor) -> Partnership:
    """Go on to the agreement, for which a template is offered then. Raises `MoveRefused` with everything that is missing."""
    moved = LIFECYCLE.move("begin_agreeing", partnership, by=by)
    offered_template()
    return moved


@act("partnerships.begin_preparing")
def begin_preparing(partnership: Partnership, *, by: Actor) -> Partnership:
    """Go on to prepare the service. Raises `MoveRefused` with everything that is missing."""
    return LIFECYCLE.move("begin_preparing", partnership, by=by)


@act("partnerships.begin_operating")
def begin_operating(partnership: Partnership, *, on: datetime.date, by: Actor) -> Partnership:
    """Record the first day on which clients are served. Raises `MoveRefused` with everything that is missing."""
    return LIFECYCLE.move("begin_operating", partnership, by=by, on=on, changes={"started_on": on})


@act("partnerships.end_partnership")
def end_partnership(partnership: Partnership, *, on: datetime.date, reason: str, by: Actor) -> Partnership:
    """End a partnership that was decided to end and is wound up. Raises `MoveRefused` with everything that is missing."""
    return LIFECYCLE.move("end_partnership", partnership, by=by, on=on, reason=reason)


@act("partnerships.not_pursue")
def not_pursue(partnership: Partnership, *, reason: str, by: Actor) -> Partnership:
    """Give up an idea before it operates, with the reason. Raises `MoveRefused` without one."""
    return LIFECYCLE.move("not_pursue", partnership, by=by, reason=reason)
