"""The demo's training: leaders who have taken theirs, who are half way and who have not begun; certificates; what champions did."""

from __future__ import annotations

import datetime

from labportal.demo.actor import DEMO
from people.models import Person, User
from residencies.models import Residency
from teams import actions
from teams.models import Champion, Course, Expectation, Training
from teams.roles import ChampionRole, TeamRole


def learn(residency: Residency, today: datetime.date, *, leaders: list[Person], lab: list[Person], by: User) -> None:
    """The first of `leaders` is done, the second half way; so are the leaders of the `lab`. The team took courses of its own."""
    actions.install_standard_training(by=DEMO)
    done, half = leaders
    _take(residency, "What leaders do for an Agile team", [done, half], today - datetime.timedelta(days=12), by)
    _take(residency, "Alignment session", [done], today - datetime.timedelta(days=9), by)
    _take(residency, "Leading in a digital government", [done], today - datetime.timedelta(days=5), by)
    lab_done, lab_half = lab
    for person, course in ((lab_done, "Alignment session"), (lab_half, "What leaders do for an Agile team")):
        if not person.trainings.exists():  # several stories train the same leaders of the lab
            _take(residency, course, [person], today - datetime.timedelta(days=12), by)
    on_team = {seat.role: seat.person for seat in residency.team.seats.current().select_related("person") if seat.person}
    owner = on_team.pop(TeamRole.PRODUCT_OWNER)
    for training in _take(residency, "Certified product owner", [owner], today - datetime.timedelta(days=20), by):
        url = f"https://example.org/certificates/{training.pk}"
        actions.attach_certificate(training, url=url, certified_on=training.finished_on, expected=training.version, by=by)
    others = [person for role, person in on_team.items() if role in (TeamRole.ANALYST, TeamRole.DESIGNER)]
    _take(residency, "Agile fundamentals", others, today - datetime.timedelta(days=2), by)
    adm = Champion.objects.get(team__residency=residency, role=ChampionRole.ADM)
    first = Expectation.objects.filter(role=ChampionRole.ADM).earliest("position")
    actions.mark_done(adm, first, note="At the executive table, with the first figures.", by=by)


def _take(residency: Residency, course: str, people: list[Person], on: datetime.date, by: User) -> list[Training]:
    """Whoever took it that day with another team has it already."""
    course_record = Course.objects.get(name=course)
    learner_ids = set(
        Training.objects.current().filter(course=course_record, finished_on=on, person__in=people).values_list("person", flat=True)
    )
    people = [person for person in people if person.pk not in learner_ids]
    return actions.log_training(residency, course=course_record, people=people, finished_on=on, by=by) if people else []
