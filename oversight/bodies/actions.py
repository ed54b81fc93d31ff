"""Acts on bodies and their members; all on the lab's ledger (EL-73)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger.actions import append, lab_stream, revise
from people.actions import chosen_or_new
from people.models import Body, BodySeat, Person


@act("people.keep_bodies")
def add_body(*, name: str, by: Actor, kind: str = Body.Kind.COMMITTEE, parent: Body | None = None, purpose: str = "") -> Body:
    """Add a body. Raises `Refused` (`body-known`)."""
    body = Body.objects.create(name=name, kind=kind, parent=parent, purpose=purpose.strip())
    append(lab_stream(), "body-added", by=by, facts={"body": body.name, "kind": body.kind})
    return body


@act("people.keep_bodies")
def edit_body(body: Body, *, shown_revision: int, by: Actor, **changes: Any) -> Body:
    """Change a body's name, kind, purpose or parent. Raises `Stale`, and `Refused` (`body-known`, `body-circle`)."""
    above = changes.get("parent")
    while above is not None:
        if above.pk == body.pk:
            raise refuse("body-circle", _("A group can’t report to itself, directly or through other groups."), _("Choose another group."))
        above = above.parent
    return revise(
        body, shown_revision=shown_revision, changes=changes, act="body-edited", by=by, stream=lab_stream(), facts={"body": body.name}
    )


@act("people.keep_bodies")
def add_body_seat(
    body: Body,
    *,
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    role: str = "",
    acting_for: str = "",
) -> BodySeat:
    """Seat a person on a body; `name` and `email` are for someone new. Raises `Refused` (`body-seat-known`, `body-seat-unnamed`)."""
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("body-seat-unnamed", _("No one is chosen."), _("Choose a person, or enter their name."))
    seat = BodySeat.objects.create(body=body, person=person, role=role, acting_for=acting_for, from_on=from_on)
    facts = {"body": body.name, "name": person.name, "role": seat.role, "acting_for": seat.acting_for, "from_on": from_on}
    append(lab_stream(), "body-seat-added", by=by, facts=facts)
    return seat


@act("people.keep_bodies")
def end_body_seat(seat: BodySeat, *, to_on: datetime.date, by: Actor) -> BodySeat:
    """End a seat after its last day `to_on`. Raises `Refused` (`body-seat-ended`, `body-seat-dates`)."""
    current = BodySeat.objects.select_for_update(of=("self",)).select_related("body", "person").get(pk=seat.pk)
    if current.to_on is not None:
        raise refuse("body-seat-ended", _("This membership has already ended."), _("Reload the page to see the current members."))
    if to_on < current.from_on:
        raise refuse("body-seat-dates", _("The last day is before the first day."), _("Choose a later last day."))
    current.to_on = to_on
    current.save(update_fields=["to_on"])
    append(lab_stream(), "body-seat-ended", by=by, facts={"body": current.body.name, "name": current.person.name, "to_on": to_on})
    return current
