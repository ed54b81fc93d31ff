"""Acts on mentors: a team offers one or asks for one, staff match, meetings and the outcome are recorded (EL-54, EL-47)."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import refuse_if_stale
from community.actions import locked
from community.alumni.actions import offer_facts, save_offer
from community.choices import Giving, MentoringState
from community.mentors import mail, rules
from community.models import Alumnus, Contribution, Mentoring, MentorMeeting, Offer
from findings import Refused, refuse
from ledger.actions import append, cancel
from people.models import Person
from residencies.models import Residency
from residencies.models.states import State
from teams.models import Seat

PLACE = rules.PLACE
EXPERIENCED = (State.IN_RESIDENCE, State.LIVE)


# ── Teams offer a mentor ─────────────────────────────────────────────────────────────────────


@act("community.offer_mentor")
def offer_mentor(
    residency: Residency, *, person: Person, topics: Collection[str], text: str, teams_at_once: int, shown_revision: int, by: Actor
) -> Offer | None:
    """Record what someone on an experienced team offers to others; without topics and text, the offer is withdrawn.

    Raises `Stale`, and `Refused` (`team-not-experienced`, `offer-not-on-team`, `offer-is-alumnus`, `offer-no-topic`, `offer-teams`,
    `residency-over`).
    """
    residency = locked(residency)
    if residency.state not in EXPERIENCED:
        message = _("Teams can offer mentors once they’re in residence.")
        raise refuse("team-not-experienced", message, _("Wait until the residency has started."), PLACE)
    if not _is_on_team(residency, person):
        message = _("%(name)s isn’t on the team today.") % {"name": person.name}
        raise refuse("offer-not-on-team", message, _("Choose a team member."), PLACE)
    if Offer.objects.filter(person=person, residency=None).exists():
        message = _("%(name)s already offers help as an alum.") % {"name": person.name}
        raise refuse("offer-is-alumnus", message, _("Change the offer in the alumni directory."), PLACE)
    offer = save_offer(person, residency, topics=topics, text=text, teams_at_once=teams_at_once, shown_revision=shown_revision, by=by)
    facts = {"person": person.pk, "name": person.name} | offer_facts(offer)
    append(residency.stream, "mentor-offered" if offer else "mentor-offer-withdrawn", by=by, facts=facts)
    return offer


def _is_on_team(residency: Residency, person: Person) -> bool:
    today = timezone.localdate()
    seats = Seat.objects.of(residency).filter(person=person, from_on__lte=today)
    return seats.filter(Q(to_on=None) | Q(to_on__gte=today)).exists()


# ── A team asks, and staff match ─────────────────────────────────────────────────────────────


@act("community.request_mentor")
def request_mentor(residency: Residency, *, topic: str, question: str, by: Actor) -> Mentoring:
    """Ask the lab for a mentor, with what the team wants help with.

    Raises `Refused` (`mentor-no-question`, `mentor-asked` if a request about this topic is waiting, `residency-over`).
    """
    residency = locked(residency)
    if not question.strip():
        raise refuse("mentor-no-question", _("The description is missing."), _("Say what the team wants help with."), PLACE)
    if Mentoring.objects.filter(residency=residency, topic=topic, state=MentoringState.REQUESTED).exists():
        message = _("Your team already has a request about this topic.")
        raise refuse("mentor-asked", message, _("Wait for the lab to answer, or cancel that request."), PLACE)
    mentoring = Mentoring.objects.create(residency=residency, topic=topic, question=question.strip(), requested_by=account_of(by))
    facts = _facts(mentoring) | {"question": mentoring.question}
    append(residency.stream, "mentor-requested", by=by, facts=facts, to_state=mentoring.state)
    return mentoring


@act("community.match_mentor")
def match_mentor(mentoring: Mentoring, *, mentor: Person, shown_revision: int, by: Actor) -> Mentoring:
    """Match a mentor with a team, or another one than before; the team and the mentors are told.

    Raises `Stale`, and `Refused` (`mentoring-over`, `mentor-no-offer`, `mentor-own-team`, `mentor-full`).
    """
    # The offer first: two teams matched with one mentor at once must each see the other.
    offer = Offer.objects.select_for_update(of=("self",)).select_related("residency").filter(person=mentor, teams_at_once__gt=0).first()
    current = _current(mentoring, shown_revision, {"mentor": mentor})
    _refuse_state("match", current)
    if offer is None:
        message = _("%(name)s doesn’t offer to mentor teams.") % {"name": mentor.name}
        raise refuse("mentor-no-offer", message, _("Choose someone else, or ask them to offer it."), PLACE)
    if current.is_matched and current.mentor_id == mentor.pk:
        return current
    load = Mentoring.objects.under_way().filter(mentor=mentor).count()
    topics = frozenset(offer.topic_rows.values_list("topic", flat=True))
    facts = rules.MentorFacts(mentor.name, offer.teams_at_once, load, topics)
    if faults := list(rules.match_faults(facts, on_team=_is_on_team(current.residency, mentor))):
        raise Refused(faults)
    before, replaced = current.state, current.mentor if current.is_matched else None
    today = timezone.localdate()
    current.mentor, current.mentor_team = mentor, offer.residency or _last_team(mentor)
    current.state, current.matched_on, current.last_met_on = MentoringState.MATCHED, today, today
    _save(current, "mentor", "mentor_team", "state", "matched_on", "last_met_on")
    facts_of = _facts(current) | {"person": mentor.pk, "name": mentor.name}
    append(current.residency.stream, "mentor-matched", by=by, facts=facts_of, from_state=before, to_state=current.state)
    mail.tell_matched(current, replaced=replaced)
    return current


def _last_team(mentor: Person) -> Residency | None:
    """Return the residency that an alum graduated with last."""
    alumnus = Alumnus.objects.filter(person=mentor).first()
    place = alumnus.places.select_related("residency").first() if alumnus else None
    return place.residency if place else None


# ── Meetings and outcome ─────────────────────────────────────────────────────────────────────


@act("community.keep_mentoring")
def record_meeting(mentoring: Mentoring, *, met_on: datetime.date, minutes: int, notes: str = "", by: Actor) -> MentorMeeting:
    """Record that a team met its mentor. The time counts as a contribution of the mentor and their team (EL-47).

    Raises `Refused` (`mentoring-unmatched`, `mentoring-over`, `meeting-ahead`, `meeting-before`, `meeting-time`).
    """
    current = _locked_with_teams(mentoring)
    _refuse_state("meet", current)
    today = timezone.localdate()
    faults = list(rules.meeting_faults(met_on, minutes, matched_on=current.matched_on or today, today=today))
    if faults:
        raise Refused(faults)
    meeting = MentorMeeting.objects.create(
        mentoring=current, met_on=met_on, minutes=minutes, notes=notes.strip(), recorded_by=account_of(by),
        contribution=_contribute(current, met_on, minutes, by=by),
    )  # fmt: skip
    if current.last_met_on is None or met_on > current.last_met_on:
        current.last_met_on = met_on
        _save(current, "last_met_on")
    append(current.residency.stream, "mentor-met", by=by, facts=_facts(current) | _meeting_facts(meeting))
    return meeting


def _contribute(mentoring: Mentoring, met_on: datetime.date, minutes: int, *, by: Actor) -> Contribution | None:
    """Log the mentor's time for their own team; None if they have none."""
    team, mentor = mentoring.mentor_team, mentoring.mentor
    if team is None or mentor is None:
        return None
    what = _("Mentored %(team)s") % {"team": mentoring.residency.product}
    values = {"kind": Giving.MENTORING, "given_on": met_on, "minutes": minutes, "what": what[:200]}
    given = Contribution.objects.create(residency=team, person=mentor, noted_by=account_of(by), **values)
    facts = {"contribution": given.pk, "person": mentor.pk, "name": mentor.name, **values}
    append(team.stream, "giving-noted", by=by, facts=facts)
    return given


@act("community.keep_meeting")
def remove_meeting(meeting: MentorMeeting, *, reason: str, shown_revision: int, by: Actor) -> MentorMeeting:
    """Remove a meeting that was recorded by mistake, and the contribution with it; both stay on record.

    Raises `Stale`, and `Refused` (`meeting-removed`, `no-reason`).
    """
    mentoring = _locked_with_teams(meeting.mentoring)
    current = MentorMeeting.objects.select_for_update(of=("self",)).select_related("contribution__person").get(pk=meeting.pk)
    refuse_if_stale(current, shown_revision)
    if current.struck_at:
        raise refuse("meeting-removed", _("This meeting has already been removed."), _("You don’t need to do anything."), PLACE)
    facts = _facts(mentoring) | _meeting_facts(current)
    current = cancel(
        current, reason=reason, act="mentor-meeting-removed", by=by, stream=mentoring.residency.stream, facts=facts, place=PLACE
    )
    given = current.contribution
    if given and mentoring.mentor_team and given.struck_at is None:
        what = {"contribution": given.pk, "person": given.person_id, "name": given.person.name, "kind": given.kind}
        cancel(given, reason=reason, act="giving-struck", by=by, stream=mentoring.mentor_team.stream, facts=what, place=PLACE)
    left = mentoring.meetings.filter(struck_at=None).order_by("-met_on").values_list("met_on", flat=True).first()
    mentoring.last_met_on = max(filter(None, (left, mentoring.matched_on)), default=mentoring.matched_on)
    _save(mentoring, "last_met_on")
    return current


@act("community.keep_mentoring")
def finish_mentoring(mentoring: Mentoring, *, outcome: str, shown_revision: int, by: Actor) -> Mentoring:
    """End a mentoring with what the team got out of it; the mentor is thanked.

    Raises `Stale`, and `Refused` (`mentoring-unmatched`, `mentoring-over`, `mentor-no-outcome`).
    """
    current = _current(mentoring, shown_revision, {"outcome": outcome.strip()})
    _refuse_state("finish", current)
    if not outcome.strip():
        raise refuse("mentor-no-outcome", _("The outcome is missing."), _("Say in a sentence what the team got out of it."), PLACE)
    return _close(current, "mentor-finished", MentoringState.FINISHED, by, outcome=outcome.strip())


@act("community.cancel_mentoring")
def cancel_mentoring(mentoring: Mentoring, *, reason: str, shown_revision: int, by: Actor) -> Mentoring:
    """Cancel a request, or end a mentoring early; the mentor, if there is one, is told why.

    Raises `Stale`, and `Refused` (`mentoring-over`, `no-reason`).
    """
    current = _current(mentoring, shown_revision, {"reason": reason.strip()})
    _refuse_state("cancel", current)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why. The mentor will read it."), PLACE)
    return _close(current, "mentor-cancelled", MentoringState.CANCELLED, by, reason=reason.strip()[:300])


def open_mentorings(residency: Residency) -> list[Mentoring]:
    """Return a residency's requests and mentorings under way, locked; part of the act that ends it."""
    rows = Mentoring.objects.select_for_update(of=("self",)).select_related("residency__stream", "mentor")
    return list(rows.filter(residency=residency, closed_on=None).order_by("pk"))


def end_mentorings(mentorings: list[Mentoring], *, by: Actor) -> None:
    """Cancel what `open_mentorings` returned, because the residency has ended; part of that act, under its locks."""
    for mentoring in mentorings:
        _close(mentoring, "mentor-cancelled", MentoringState.CANCELLED, by, reason=_("The residency has ended."))


def _close(current: Mentoring, name: str, state: str, by: Actor, **values: str) -> Mentoring:
    before, was_matched = current.state, current.is_matched
    for field, value in values.items():
        setattr(current, field, value)
    current.state, current.closed_on = state, timezone.localdate()
    _save(current, "state", "closed_on", *values)
    append(current.residency.stream, name, by=by, facts=_facts(current) | values, from_state=before, to_state=state)
    if was_matched:
        mail.tell_closed(current)
    return current


# ── Locks and facts ──────────────────────────────────────────────────────────────────────────


def _current(mentoring: Mentoring, shown_revision: int, wanted: dict[str, Any]) -> Mentoring:
    rows = Mentoring.objects.select_for_update(of=("self",)).select_related("residency__stream", "mentor")
    current = rows.get(pk=mentoring.pk)
    refuse_if_stale(current, shown_revision, wanted)
    return current


def _locked_with_teams(mentoring: Mentoring) -> Mentoring:
    """Return the mentoring, locked after both teams' residencies, which are locked in order of their keys."""
    keys = [key for key in (mentoring.residency_id, mentoring.mentor_team_id) if key]
    list(Residency.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    rows = Mentoring.objects.select_for_update(of=("self",))
    return rows.select_related("residency__stream", "mentor", "mentor_team__stream").get(pk=mentoring.pk)


def _refuse_state(verb: str, current: Mentoring) -> None:
    if faults := list(rules.state_faults(verb, current.state)):
        raise Refused(faults)


def _save(current: Mentoring, *fields: str) -> None:
    current.revision += 1
    current.save(update_fields=[*fields, "revision"])


def _facts(mentoring: Mentoring) -> dict[str, Any]:
    return {"mentoring": mentoring.pk, "topic": mentoring.topic}


def _meeting_facts(meeting: MentorMeeting) -> dict[str, Any]:
    return {"meeting": meeting.pk, "met_on": meeting.met_on, "minutes": meeting.minutes}
