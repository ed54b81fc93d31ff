"""Acts about experts in residence and the sessions that teams have with them (EL-48)."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale, refuse_if_stale
from community import mail, rules
from community.actions import PLACE, locked
from community.choices import Discipline, SessionState
from community.models import Expert, ExpertDiscipline, ExpertSession
from community.rules import CALLED_OFF, HELD, MATCHED, Booking
from findings import Finding, Refused, Severity, refuse
from ledger.actions import append, lab_stream
from people.actions import chosen_or_new
from people.models import Person
from residencies.models import Residency

EXPERTS = "experts"


@act("community.keep_experts", "people.administer")
def add_expert(
    *,
    disciplines: Collection[str],
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    availability: str = "",
    to_on: datetime.date | None = None,
) -> Expert:
    """Make somebody an expert in residence; `name` and `email` are of somebody new.

    Raises `Refused` (`expert-unnamed`, `expert-already`, `expert-no-discipline`, `expert-dates`); nothing is written then.
    """
    _settle_expert(disciplines, from_on, to_on)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("expert-unnamed", _("The expert’s name is missing."), _("Choose a person, or enter their name."), EXPERTS)
    # There may be no expert's row yet to lock: the person's stands for it.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if Expert.objects.filter(person=person).exists():
        message = _("%(name)s is already an expert.") % {"name": person.name}
        raise refuse("expert-already", message, _("Edit the existing entry instead."), EXPERTS)
    expert = Expert.objects.create(person=person, availability=" ".join(availability.split()), from_on=from_on, to_on=to_on)
    ExpertDiscipline.objects.bulk_create(ExpertDiscipline(expert=expert, discipline=discipline) for discipline in sorted(set(disciplines)))
    append(lab_stream(), "expert-added", by=by, facts=_expert_facts(expert, disciplines))
    return expert


@act("community.keep_experts", "people.administer")
def edit_expert(
    expert: Expert,
    *,
    disciplines: Collection[str],
    availability: str,
    from_on: datetime.date,
    to_on: datetime.date | None,
    shown_revision: int,
    by: Actor,
) -> Expert:
    """Change what an expert knows, when they can be had, and from when to when they are one. Sessions that are set stand.

    An edit that changes nothing writes nothing. Raises `Stale`, and `Refused` (`expert-no-discipline`, `expert-dates`).
    """
    current = Expert.objects.select_for_update(of=("self",)).select_related("person").get(pk=expert.pk)
    changes = {"availability": " ".join(availability.split()), "from_on": from_on, "to_on": to_on}
    differing = {name: (getattr(current, name), value) for name, value in changes.items() if getattr(current, name) != value}
    held, wanted = set(current.disciplines), set(disciplines)
    if current.revision != shown_revision:
        raise Stale(current, differing | ({"disciplines": (_listed(held), _listed(wanted))} if held != wanted else {}))
    _settle_expert(disciplines, from_on, to_on)
    if not differing and held == wanted:
        return current
    for name, value in changes.items():
        setattr(current, name, value)
    current.revision += 1
    current.save(update_fields=[*changes, "revision"])
    current.discipline_rows.exclude(discipline__in=wanted).delete()
    ExpertDiscipline.objects.bulk_create(ExpertDiscipline(expert=current, discipline=discipline) for discipline in sorted(wanted - held))
    current = Expert.objects.for_list().get(pk=current.pk)
    append(lab_stream(), "expert-edited", by=by, facts=_expert_facts(current, disciplines))
    return current


def _settle_expert(disciplines: Collection[str], from_on: datetime.date, to_on: datetime.date | None) -> None:
    if not disciplines:
        raise refuse("expert-no-discipline", _("An expert needs at least one discipline."), _("Tick the expert’s disciplines."), EXPERTS)
    if to_on and to_on < from_on:
        raise refuse("expert-dates", _("The last day is before the first day."), _("Choose a later last day."), EXPERTS)


def _listed(disciplines: Collection[str]) -> str:
    return ", ".join(str(discipline.label) for discipline in Discipline if discipline.value in disciplines)


def _expert_facts(expert: Expert, disciplines: Collection[str]) -> dict[str, Any]:
    facts = {"expert": expert.pk, "person": expert.person_id, "name": expert.person.name, "disciplines": sorted(set(disciplines))}
    return facts | {"availability": expert.availability, "from_on": expert.from_on, "to_on": expert.to_on}


# ── Sessions ──────────────────────────────────────────────────────────────────────────────────────


@act("community.request_session")
def request_session(residency: Residency, *, discipline: str, question: str, by: Actor) -> ExpertSession:
    """Ask the lab for an expert in a discipline, with what the team wants to know.

    Raises `Refused` (`session-no-question`, `residency-over`); nothing is written then.
    """
    residency = locked(residency)
    if not question.strip():
        raise refuse("session-no-question", _("The question is missing."), _("Enter what the team wants to know."), PLACE)
    session = ExpertSession.objects.create(
        residency=residency, discipline=discipline, question=question.strip(), requested_by=account_of(by)
    )
    append(
        residency.stream, "session-requested", by=by, facts=_session_facts(session) | {"question": session.question}, to_state=session.state
    )
    return session


@act("community.match_session")
def match_session(
    session: ExpertSession,
    *,
    expert: Expert,
    on: datetime.date,
    at: datetime.time,
    minutes: int,
    place: str = "",
    shown_revision: int,
    by: Actor,
) -> ExpertSession:
    """Find an expert and a time for a session, or others than before; team and expert are told while it is still to come.

    Raises `Stale`, and `Refused` with everything that is wrong: `session-over`, `session-not-working-day`, `session-hours`,
    `session-minutes`, `expert-other-discipline`, `expert-away`, and `expert-busy` for each session at the same time.
    """
    # The expert before the session: two sessions matched at once must each see the other's booking.
    expert = Expert.objects.select_for_update(of=("self",)).select_related("person").get(pk=expert.pk)
    wanted = {"expert": expert, "on": on, "at": at, "minutes": minutes, "place": " ".join(place.split())}
    current = _current(session, shown_revision, wanted)
    booking = Booking(on, at, minutes)
    findings: list[Finding] = [
        *rules.move_faults("match", current.state),
        *rules.booking_faults(booking),
        *rules.expert_faults(expert.facts, current.discipline, on),
        *rules.clash_faults(expert.person.name, booking, _other_bookings(expert, current, on)),
    ]
    if findings:
        raise Refused(findings)
    if not current.is_requested and all(getattr(current, name) == value for name, value in wanted.items()):
        return current
    before, was = current.state, current.expert if current.is_matched else None
    when_before = current.when if current.is_matched else ""
    for name, value in wanted.items():
        setattr(current, name, value)
    current.state = MATCHED
    _changed(current, [*wanted, "state"])
    facts = _session_facts(current) | {"name": expert.person.name, "on": on, "at": str(at), "minutes": minutes, "place": current.place}
    append(current.residency.stream, "session-matched", by=by, facts=facts, from_state=before, to_state=MATCHED)
    mail.matched(current, before=when_before, replaced=was if was and was != expert else None)
    return current


@act("community.match_session")
def hold_session(session: ExpertSession, *, outcome: str, shown_revision: int, by: Actor, reason: str = "") -> ExpertSession:
    """Record that a session was held, with its outcome; an outcome is corrected only with a `reason`, on record.

    Raises `Stale`, and `Refused` (`session-unmatched`, `session-over`, `session-ahead`, `session-no-outcome`, `no-reason`).
    """
    current = _current(session, shown_revision, {"outcome": outcome.strip()})
    findings = list(rules.move_faults("hold", current.state))
    if not findings and current.starts_at and current.starts_at > timezone.now():
        message = _("The session hasn’t taken place yet.")
        findings.append(Finding("session-ahead", Severity.BLOCKS, message, _("Record the outcome after the session."), PLACE))
    if not outcome.strip():
        message = _("The outcome is missing.")
        findings.append(
            Finding("session-no-outcome", Severity.BLOCKS, message, _("Say in a sentence what the team learned or decided."), PLACE)
        )
    if findings:
        raise Refused(findings)
    if current.is_held:
        return _correct_outcome(current, outcome.strip(), reason.strip(), by)
    before = current.state
    current.outcome, current.held_at, current.state = outcome.strip(), timezone.now(), HELD
    _changed(current, ["outcome", "held_at", "state"], for_calendars=False)
    facts = _session_facts(current) | {"outcome": current.outcome}
    append(current.residency.stream, "session-held", by=by, facts=facts, from_state=before, to_state=HELD)
    return current


def _correct_outcome(current: ExpertSession, outcome: str, reason: str, by: Actor) -> ExpertSession:
    if current.outcome == outcome:
        return current
    if not reason:
        raise refuse("no-reason", _("An outcome is already recorded."), _("To correct it, give a reason."), PLACE)
    before, current.outcome = current.outcome, outcome
    _changed(current, ["outcome"], for_calendars=False)
    facts = _session_facts(current) | {"reason": reason, "changes": {"outcome": {"from": before, "to": outcome}}}
    append(current.residency.stream, "session-corrected", by=by, facts=facts)
    return current


@act("community.call_off_session")
def call_off_session(session: ExpertSession, *, reason: str, shown_revision: int, by: Actor) -> ExpertSession:
    """Let a session not take place; the team, and an expert who was found, are told why.

    Raises `Stale`, and `Refused` (`session-over`, `no-reason`).
    """
    current = _current(session, shown_revision, {})
    findings = list(rules.move_faults("call_off", current.state))
    if not reason.strip():
        findings.append(
            Finding("no-reason", Severity.BLOCKS, _("A reason is needed."), _("Say why. The team and the expert will read it."), PLACE)
        )
    if findings:
        raise Refused(findings)
    return _call_off(current, reason.strip(), by)


def _call_off(current: ExpertSession, reason: str, by: Actor) -> ExpertSession:
    before = current.state
    current.called_off_at, current.called_off_reason, current.state = timezone.now(), reason[:300], CALLED_OFF
    _changed(current, ["called_off_at", "called_off_reason", "state"])
    facts = _session_facts(current) | {"reason": current.called_off_reason}
    append(current.residency.stream, "session-called-off", by=by, facts=facts, from_state=before, to_state=CALLED_OFF)
    mail.called_off(current)
    return current


def sessions_to_come(residency: Residency) -> list[ExpertSession]:
    """Sessions that were asked for, and those still to begin, locked."""
    rows = ExpertSession.objects.select_for_update(of=("self",)).select_related("residency__stream", "expert__person")
    now = timezone.now()
    return [
        session
        for session in rows.filter(residency=residency, state__in=[SessionState.REQUESTED, MATCHED]).order_by("pk")
        if session.starts_at is None or session.starts_at > now
    ]


def end_sessions(sessions: list[ExpertSession], *, by: Actor) -> None:
    """Cancel sessions because their residency has ended; part of the act that ended it, under their locks."""
    for session in sessions:
        _call_off(session, _("The residency has ended."), by)


def _current(session: ExpertSession, shown_revision: int, wanted: dict[str, Any]) -> ExpertSession:
    """The session as it stands, locked."""
    rows = ExpertSession.objects.select_for_update(of=("self",)).select_related("residency__stream", "expert__person")
    current = rows.get(pk=session.pk)
    refuse_if_stale(current, shown_revision, wanted)
    return current


def _other_bookings(expert: Expert, session: ExpertSession, on: datetime.date) -> list[Booking]:
    """What the expert has on a day beside `session`; under the expert's lock."""
    rows = ExpertSession.objects.booked().filter(expert=expert, on=on).exclude(pk=session.pk).select_related("residency").order_by("at")
    return [row.booking for row in rows if row.booking]


def _changed(session: ExpertSession, fields: list[str], *, for_calendars: bool = True) -> None:
    session.revision += 1
    if for_calendars:
        session.sequence += 1
        session.changed_at = timezone.now()
    session.save(update_fields=[*fields, "revision", "sequence", "changed_at"])


def _session_facts(session: ExpertSession) -> dict[str, Any]:
    return {"session": session.pk, "discipline": session.discipline}
