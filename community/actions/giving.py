"""The log of what a team gave to others (EL-47); also of a residency that has ended, for people give on."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from community.actions.locking import PLACE, locked_anyhow
from community.kinds import Giving
from community.models import Contribution
from community.rules.giving import giving_faults
from findings import Refused, refuse
from ledger.actions import append, cancel
from people.models import Person
from residencies.models import Residency
from teams.models import Seat


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
    append(residency.stream, "giving-noted", by=by, facts=_facts(given))
    return given


@act("community.keep_entry")
def cancel_giving(given: Contribution, *, reason: str, expected: int, by: Actor) -> Contribution:
    """Take an entry out of the log that was a mistake; it stays on record. Raises `Stale`, and `Refused` (`giving-struck`, `no-reason`)."""
    residency = locked_anyhow(Residency.objects.get(contributions=given.pk))
    current = Contribution.objects.select_for_update(of=("self",)).select_related("person").get(pk=given.pk)
    if current.version != expected:
        raise Stale(current, {})
    if current.struck_at:
        raise refuse("giving-struck", _("This entry has already been removed."), _("Nothing needs to be done."), PLACE)
    return cancel(current, reason=reason, act="giving-struck", by=by, stream=residency.stream, facts=_facts(current), place=PLACE)


def _workshops(person: Person, on: datetime.date) -> int:
    rows = Contribution.objects.current().filter(person=person, given_on=on, kind=Giving.WORKSHOP)
    return rows.aggregate(minutes=Sum("minutes"))["minutes"] or 0


def _was_there(residency: Residency, person: Person, on: datetime.date) -> bool:
    seats = Seat.objects.of(residency).filter(person=person, from_on__lte=on)
    return seats.filter(Q(to_on=None) | Q(to_on__gte=on)).exists()


def _facts(given: Contribution) -> dict[str, Any]:
    """What the ledger tells of an entry: the person by key and name, so that a reader needs no table."""
    facts = {"contribution": given.pk, "person": given.person_id, "name": given.person.name, "kind": given.kind}
    return facts | {"given_on": given.given_on, "minutes": given.minutes} | ({"what": given.what} if given.what else {})
