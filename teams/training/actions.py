"""Who took which training, and what champions did of what is expected of them (EL-44, EL-45)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import refuse_if_stale
from findings import Finding, Refused, Severity, refuse
from ledger.actions import append, cancel, revise
from ledger.subjects import Subject
from people.actions import chosen_or_new, known_or_new
from people.models import Person
from residencies.models import Residency
from spelling.clean import unsafe_link
from teams.choices import CourseKind, TeamRole
from teams.locks import locked, locked_anyhow, locked_of, locked_of_anyhow
from teams.models import CHECKED, Champion, Course, Seat, Team, Training
from teams.models.training import MOST_HOURS
from teams.roster.actions import recheck, recheck_later
from web.uploads.storage import attach

PLACE = "training"


@act("teams.log_training")
def log_training(
    subject: Subject,
    *,
    course: Course,
    finished_on: datetime.date,
    by: Actor,
    people: Iterable[Person] = (),
    name: str = "",
    email: str = "",
    hours: Decimal | None = None,
    given_by: str = "",
) -> list[Training]:
    """Put on record that people took a course, all together or none (EL-44, EL-45).

    `name` and `email` are of one more, somebody new; without `hours` it took what the course usually takes. Also of a
    residency that has ended. Raises `Refused` (`nobody-named`, `training-ahead`, `training-hours`, `training-already`);
    nothing is written then.
    """
    team = locked_anyhow(subject)
    took = {person.pk: person for person in people}
    if name.strip():
        new = known_or_new(name=name, email=email, by=by)
        took[new.pk] = new
    hours = course.usual_hours if hours is None else hours
    findings = [*_faults(took, finished_on, hours), *_known(took.values(), course, finished_on)]
    if findings:
        raise Refused(findings)
    values = {"team": team, "course": course, "finished_on": finished_on, "hours": hours, "given_by": given_by.strip(), "logged_by": by}
    rows = [Training(person=person, **values) for person in took.values()]
    try:
        with transaction.atomic():
            Training.objects.bulk_create(rows)
    except IntegrityError as clash:  # logged with another team at this very moment
        raise Refused(_known(took.values(), course, finished_on)) from clash
    facts = {"course": course.name, "finished_on": finished_on, "hours": hours, "people": [row.person_id for row in rows]}
    append(team.stream, "training-logged", by=by, facts=facts | {"names": [person.name for person in took.values()]})
    _look_again(team, course, took, "training-logged")
    return rows


def _faults(took: dict[int, Person], finished_on: datetime.date, hours: Decimal) -> Iterable[Finding]:
    if not took:
        yield _fault("nobody-named", _("No person is named."), _("Tick who took the course, or enter a name."))
    if finished_on > timezone.localdate():
        yield _fault("training-ahead", _("That date is in the future."), _("Log the course once it is over."))
    if not 0 < hours <= MOST_HOURS:
        yield _fault(
            "training-hours", _("The length of a course must be more than 0 and at most 200 hours."), _("Enter how many hours it took.")
        )


def _known(people: Iterable[Person], course: Course, finished_on: datetime.date) -> list[Finding]:
    trainings = Training.objects.current().filter(person__in=list(people), course=course, finished_on=finished_on)
    names = sorted(trainings.values_list("person__name", flat=True))
    if not names:
        return []
    params = {"names": ", ".join(names), "course": course.name}
    message = _("“%(course)s” is already logged for that date for %(names)s.") % params
    return [_fault("training-already", message, _("Leave them out, or choose another date."))]


def _fault(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy, PLACE)


@act("teams.keep_training")
def attach_certificate(
    training: Training, *, certified_on: datetime.date, shown_revision: int, by: Actor, url: str = "", name: str = "", content: bytes = b""
) -> Training:
    """Keep the certificate of a training, as a link or as a file of a kind that is taken (web/uploads/kinds.py), with the day on it (EL-45).

    One that is there already is replaced; its hash stays on the ledger. Raises `Stale`, and `Refused`
    (`certificate-missing`, `certificate-ahead`, `unsafe-link`, `training-struck`, or what is wrong with the file).
    """
    url = url.strip()
    team, current = _current(training, shown_revision, {"certificate_url": url, "certified_on": certified_on})
    if bool(url) == bool(name):
        raise refuse("certificate-missing", _("A certificate needs either a link or a file."), _("Add one of the two."), PLACE)
    if certified_on > timezone.localdate():
        raise refuse("certificate-ahead", _("That date is in the future."), _("Use the date on the certificate."), PLACE)
    fault = unsafe_link(url) if url else None
    if fault:
        raise Refused([fault])
    current.certificate_url, current.certified_on, current.file = url, certified_on, ""
    current.file_name = current.content_type = current.sha256 = ""
    current.size_bytes = None
    if name:
        attach(current, content, name)
    current.revision += 1
    current.save()
    kept = {"url": url} if url else {"file_name": current.file_name, "size_bytes": current.size_bytes, "sha256": current.sha256}
    append(team.stream, "certificate-kept", by=by, facts=_training_facts(current) | {"certified_on": certified_on} | kept)
    return current


@act("teams.keep_training")
def cancel_training(training: Training, *, reason: str, shown_revision: int, by: Actor) -> Training:
    """Take out an entry that was a mistake: its hours count no more, and it stays on record.

    Raises `Stale`, and `Refused` (`training-struck`, `no-reason`).
    """
    team, current = _current(training, shown_revision, {})
    facts = _training_facts(current)
    cancel(current, reason=reason, act="training-struck", by=by, stream=team.stream, facts=facts, place=PLACE)
    _look_again(team, current.course, [current.person_id], "training-struck")
    return current


def _current(training: Training, shown_revision: int, changes: dict[str, Any]) -> tuple[Team, Training]:
    """The entry as it stands, under its team's lock."""
    team = locked_of_anyhow(trainings=training.pk)
    current = Training.objects.select_for_update(of=("self",)).select_related("course", "person").get(pk=training.pk)
    refuse_if_stale(current, shown_revision, changes)
    if current.struck_at:
        raise refuse("training-struck", _("This entry has already been removed."), _("You don’t need to do anything."), PLACE)
    return team, current


def _look_again(team: Team, course: Course, people: Iterable[int], because: str) -> None:
    """A product owner's course in Agile settles a role check wherever they serve, or opens it again when it is struck out."""
    if course.kind != CourseKind.AGILE:
        return
    recheck(team, because=because)
    owners = Seat.objects.current().filter(role=TeamRole.PRODUCT_OWNER, person__in=list(people)).exclude(team=team)
    recheck_later(Residency.objects.filter(state__in=CHECKED, stream__team__in=owners.values("team")))


def _training_facts(training: Training) -> dict[str, Any]:
    return {
        "training": training.pk,
        "person": training.person_id,
        "name": training.person.name,
        "course": training.course.name,
        "finished_on": training.finished_on,
    }


# ── Champions ────────────────────────────────────────────────────────────────────────────────


CHAMPIONS_PAGE = "champions"


@act("teams.plan_sprints")
def name_champion(
    subject: Subject,
    *,
    role: str,
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    is_lead: bool = False,
) -> Champion:
    """Make somebody a champion from a day on; `name` and `email` are of somebody new (EL-44).

    Raises `Refused` (`nobody-named`, `champion-already`, `lead-already`, `residency-ended`); nothing is written then.
    """
    team = locked(subject)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("nobody-named", _("No person is named."), _("Choose a person, or enter their name."), CHAMPIONS_PAGE)
    if team.champions.filter(person=person, to_on=None).exists():
        raise refuse(
            "champion-already",
            _("%(name)s is already a champion.") % {"name": person.name},
            _("Change the existing entry."),
            CHAMPIONS_PAGE,
        )
    _one_lead(team, is_lead, None)
    champion = Champion.objects.create(team=team, person=person, role=role, is_lead=is_lead, from_on=from_on)
    append(team.stream, "champion-named", by=by, facts=_champion_facts(champion) | {"from_on": from_on})
    return champion


@act("teams.keep_champion")
def edit_champion(champion: Champion, *, shown_revision: int, by: Actor, **changes: Any) -> Champion:
    """Correct a champion's role, or who leads the alliance team. Raises `Stale`, and `Refused` (`lead-already`, `residency-ended`)."""
    team = locked_of(champions=champion.pk)
    _one_lead(team, bool(changes.get("is_lead")), champion)
    return revise(champion, shown_revision=shown_revision, changes=changes, act="champion-edited", by=by, stream=team.stream)


@act("teams.keep_champion")
def end_champion(champion: Champion, *, on: datetime.date, shown_revision: int, by: Actor) -> Champion:
    """Make `on` somebody's last day as champion; the entry stays. Raises `Stale`, and `Refused` (`dates-reversed`, `residency-ended`)."""
    team = locked_of(champions=champion.pk)
    current = Champion.objects.select_for_update(of=("self",)).select_related("person").get(pk=champion.pk)
    refuse_if_stale(current, shown_revision, {"to_on": on})
    if on < current.from_on:
        raise refuse("dates-reversed", _("The last day is before the first day."), _("Choose a later date."), CHAMPIONS_PAGE)
    current.to_on, current.missed_in_row = on, 0
    current.is_lead = current.is_lead and on >= timezone.localdate()
    current.revision += 1
    current.save(update_fields=["to_on", "missed_in_row", "is_lead", "revision"])
    append(team.stream, "champion-ended", by=by, facts=_champion_facts(current) | {"to_on": on})
    return current


@act("teams.keep_champion")
def hand_lead(champion: Champion, *, shown_revision: int, by: Actor) -> Champion:
    """Let `champion` lead the alliance team from now on, in place of whoever does (EL-44).

    Raises `Stale`, and `Refused` (`not-champion` for somebody whose last day is past, `residency-ended`).
    """
    team = locked_of(champions=champion.pk)
    current = Champion.objects.select_for_update(of=("self",)).select_related("person").get(pk=champion.pk)
    refuse_if_stale(current, shown_revision)
    if current.to_on and current.to_on < timezone.localdate():
        message = _("%(name)s is no longer a champion of this residency.") % {"name": current.person.name}
        raise refuse("not-champion", message, _("Name them as a champion again first."), CHAMPIONS_PAGE)
    if current.is_lead:
        return current
    before = _lead_of(team)
    if before:
        _take_lead(before)
    current.is_lead = True
    current.revision += 1
    current.save(update_fields=["is_lead", "revision"])
    facts = _champion_facts(current) | ({"before": before.person.name} if before else {})
    append(team.stream, "lead-handed", by=by, facts=facts)
    return current


def _one_lead(team: Team, wanted: bool, but: Champion | None) -> None:
    lead = _lead_of(team) if wanted else None
    if lead is None or lead == but:
        return
    if lead.to_on is None or lead.to_on >= timezone.localdate():
        message = _("%(name)s already leads the alliance team.") % {"name": lead.person.name}
        raise refuse("lead-already", message, _("Save without it, then hand over the lead on the champions page."), CHAMPIONS_PAGE)
    _take_lead(lead)


def _lead_of(team: Team) -> Champion | None:
    return team.champions.filter(is_lead=True).select_related("person").first()


def _take_lead(lead: Champion) -> None:
    lead.is_lead = False
    lead.revision += 1
    lead.save(update_fields=["is_lead", "revision"])


def _champion_facts(champion: Champion) -> dict[str, Any]:
    return {"champion": champion.pk, "person": champion.person_id, "name": champion.person.name, "role": champion.role}
