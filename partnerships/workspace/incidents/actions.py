"""Acts of a rapid response: open it, change it, record the first client served, and deactivate it with its lessons (PB-12)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append, revise
from oversight.checklists.actions import make_checklists
from partnerships.choices import IncidentKind, Stage
from partnerships.models import Incident, Partner, Partnership
from partnerships.workspace.incidents.checklists import template_of

PLACE = "incidents"


@act("partnerships.respond")
def open_incident(
    partnership: Partnership,
    *,
    kind: str,
    community: str,
    by: Actor,
    about: str = "",
    presence: str = "",
    called: Iterable[Partner] = (),
    called_at: datetime.datetime | None = None,
) -> Incident:
    """Open a rapid response while the partnership is operating, with the tasks of the joint action plan; the clock runs from `called_at`.

    Raises `Refused`: `incident-not-operating`, `incident-no-community`, `incident-undescribed`, `incident-time`, `incident-known`.
    """
    row = subjects.lock(partnership.stream)
    now = timezone.now()
    if row.state != Stage.OPERATING:
        message = _("This partnership isn’t operating, so it can’t open a rapid response.")
        raise refuse("incident-not-operating", message, _("Start operating first."), PLACE)
    _refuse_incomplete(kind, community, about)
    if faults := list(not_then(called_at or now, now)):
        raise Refused(faults)
    number = (Incident.objects.filter(partnership=row).aggregate(last=Max("number"))["last"] or 0) + 1
    words = {"kind": kind, "community": community, "about": _about(kind, about), "presence": presence}
    incident = Incident.objects.create(
        partnership=row, number=number, called_at=called_at or now, opened_by=account_of(by), **words
    )  # fmt: skip
    partners = _partners(row, called)
    incident.called.set(partners)
    facts = {"incident": str(incident), "called_at": incident.called_at, "partners_called": _names(partners)}
    append(row.stream, "incident-opened", by=by, facts=facts)
    make_checklists(row, template_of(incident), by=by)
    return incident


@act("partnerships.respond", on="incident.partnership")
def edit_incident(
    incident: Incident, *, shown_revision: int, by: Actor, called: Iterable[Partner] | None = None, **changes: Any
) -> Incident:
    """Change what is known of an open rapid response. Raises `Stale`, and `Refused` as for opening, or `incident-ended`."""
    partnership = subjects.lock(incident.partnership.stream)
    current = _open(incident)
    kind = changes.get("kind", current.kind)
    changes["about"] = _about(kind, changes.get("about", current.about))
    _refuse_incomplete(kind, changes.get("community", current.community), changes["about"])
    if "called_at" in changes and (faults := list(not_then(changes["called_at"], current.served_at or timezone.now()))):
        raise Refused(faults)
    facts = {"incident": str(current)}
    partners = _partners(partnership, called) if called is not None else None
    stream = partnership.stream
    after = revise(current, shown_revision=shown_revision, changes=changes, act="incident-edited", by=by, stream=stream, facts=facts)
    if partners is not None and set(partners) != set(after.called.all()):
        after.called.set(partners)
        after.revision += 1
        after.save(update_fields=["revision"])
        append(stream, "incident-edited", by=by, facts={**facts, "partners_called": _names(partners)})
    return after


@act("partnerships.respond", on="incident.partnership")
def record_first_served(incident: Incident, *, by: Actor, at: datetime.datetime | None = None) -> Incident:
    """Record when the first client was served, by default now. With `at`, an earlier record is corrected.

    Raises `Refused`: `incident-ended`, `incident-served` if it is recorded and no time was given, `incident-time`.
    """
    partnership = subjects.lock(incident.partnership.stream)
    current, now = _open(incident), timezone.now()
    if current.served_at and at is None:
        message = _("The first client served is already recorded.")
        raise refuse("incident-served", message, _("To correct the time, enter it."), PLACE)
    if faults := list(not_then(at or now, now, current.called_at)):
        raise Refused(faults)
    current.served_at = at or now
    current.revision += 1
    current.save(update_fields=["served_at", "revision"])
    append(partnership.stream, "first-client-served", by=by, facts={"incident": str(current), "served_at": current.served_at})
    return current


@act("partnerships.respond", on="incident.partnership")
def end_incident(incident: Incident, *, lessons: str, by: Actor) -> Incident:
    """Deactivate a rapid response, with what was learned. Raises `Refused` (`incident-no-lessons`, `incident-ended`)."""
    partnership = subjects.lock(incident.partnership.stream)
    current = _open(incident)
    if not lessons.strip():
        remedy = _("Say in a few sentences what worked and what to do differently next time.")
        raise refuse("incident-no-lessons", _("The lessons are missing."), remedy, PLACE)
    current.ended_at, current.ended_by, current.lessons = timezone.now(), account_of(by), lessons.strip()
    current.revision += 1
    current.save(update_fields=["ended_at", "ended_by", "lessons", "revision"])
    append(partnership.stream, "incident-ended", by=by, facts={"incident": str(current), "lessons": current.lessons})
    return current


def _open(incident: Incident) -> Incident:
    """Return the incident as it is now, under its partnership's lock. Raises `Refused` (`incident-ended`)."""
    current = Incident.objects.select_related("partnership").get(pk=incident.pk)
    if not current.is_open:
        message = _("This rapid response has already been deactivated.")
        raise refuse("incident-ended", message, _("Reload the page to see what was recorded."), PLACE)
    return current


def _refuse_incomplete(kind: str, community: str, about: str) -> None:
    if not community.strip():
        raise refuse("incident-no-community", _("The community is missing."), _("Enter where it happened."), PLACE)
    if kind == IncidentKind.OTHER and not about.strip():
        raise refuse("incident-undescribed", _("What happened is missing."), _("Say it in a few words, such as “Power outage”."), PLACE)


def _about(kind: str, about: str) -> str:
    return about if kind == IncidentKind.OTHER else ""


def _partners(partnership: Partnership, called: Iterable[Partner]) -> list[Partner]:
    """Return those of today's partners that were called."""
    keys = [partner.pk for partner in called]
    return list(Partner.objects.filter(partnership=partnership, left_on=None, pk__in=keys).select_related("organization").order_by("pk"))


def _names(partners: Iterable[Partner]) -> str:
    return ", ".join(partner.organization.name for partner in partners)


def not_then(at: datetime.datetime, now: datetime.datetime, called_at: datetime.datetime | None = None) -> Iterator[Finding]:
    """Yield why something can't have happened `at` a moment: it is still to come, or before the call."""
    if at > now:
        yield blocking("incident-time", _("That time is in the future."), _("Enter when it happened."), PLACE)
    elif called_at and at < called_at:
        yield blocking(
            "incident-time", _("That time is before the call."), _("Enter a later time, or correct the time of the call."), PLACE
        )
