"""The demo's teams: rosters, champions, sprint reviews, services and training."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dates.working_days import is_working_day
from demo.accounts import DEMO
from demo.stories.phases import tick_item
from demo.words import FIRST, LAST
from people.models import Person, User
from residencies.models import Residency
from teams.choices import Came, ChampionRole, Employer, ServiceKind, TeamRole
from teams.lab import actions as lab_actions
from teams.models import Champion, Course, Expectation, Sprint, Training
from teams.roster.actions import add_seat
from teams.sprints import actions as sprints_actions
from teams.sprints import attendance
from teams.training import actions as training_actions
from teams.training import catalogue
from teams.training.checklists import EXPECTATIONS, code_of

Somebody = Callable[..., Person]

VENDORS = ("Cedar & Tide Digital", "Northlight Agile Co-op", "Saltbox Software")

OWNER = {"role": TeamRole.PRODUCT_OWNER, "employer": Employer.BUSINESS_AREA, "band": 3, "trained": True}
ANALYST = {"role": TeamRole.ANALYST, "employer": Employer.BUSINESS_AREA}
DEVOPS = {"role": TeamRole.DEVOPS, "employer": Employer.IM_BRANCH, "is_senior": True}
SCRUM_MASTER = {"role": TeamRole.SCRUM_MASTER, "employer": Employer.VENDOR, "vendor": VENDORS[1]}
DESIGNER = {"role": TeamRole.DESIGNER, "employer": Employer.VENDOR, "vendor": VENDORS[0]}
RESEARCHER = {"role": TeamRole.RESEARCHER, "employer": Employer.OTHER_GOVERNMENT, "share": 60}
DEVELOPER = {"role": TeamRole.DEVELOPER, "employer": Employer.VENDOR, "vendor": VENDORS[2]}
OWN_DEVELOPER = {"role": TeamRole.DEVELOPER, "employer": Employer.IM_BRANCH}
DATA = {"role": TeamRole.DATA, "employer": Employer.OTHER_GOVERNMENT}
OPEN_DEVOPS = {**DEVOPS, "open": True}

KINDS: dict[str, tuple[dict[str, Any], ...]] = {
    "ready": (OWNER, ANALYST, DEVOPS, SCRUM_MASTER, DESIGNER, DEVELOPER, OWN_DEVELOPER),
    "nine": (OWNER, ANALYST, DEVOPS, SCRUM_MASTER, DESIGNER, RESEARCHER, DEVELOPER, OWN_DEVELOPER, DATA),
    "no_devops": (OWNER, ANALYST, SCRUM_MASTER, DESIGNER, {**RESEARCHER, "reached": False}, DEVELOPER, OWN_DEVELOPER, OPEN_DEVOPS),
    "one_government": ({**OWNER, "trained": False}, SCRUM_MASTER, DESIGNER, DEVELOPER),
    "part_time": ({**OWNER, "share": 50}, {**ANALYST, "share": 60}, SCRUM_MASTER, DEVELOPER),
    "with_successors": (
        OWNER, ANALYST, DEVOPS, OWN_DEVELOPER,
        {**SCRUM_MASTER, "successor": "Yuki Penhallow"}, {**DEVELOPER, "successor": "Ines Fenwick-Osei"},
    ),
}  # fmt: skip


def names(reserved: set[str]) -> Iterator[tuple[str, str]]:
    """Yield made-up names and email addresses, each once and none of them in `reserved`."""
    for turn in range(len(LAST)):
        for place, first in enumerate(FIRST):
            name = f"{first} {LAST[(place * 5 + turn) % len(LAST)]}"
            if name not in reserved:
                yield name, f"{name.replace(' ', '.')}@example.org".lower()


def fill(residency: Residency, kind: str, *, owner: Person, somebody: Somebody, on: datetime.date, by: User) -> None:
    """Add a team of this kind from `on`; `somebody(title, organisation, reached=…)` makes up everyone but the product owner."""
    for seat in KINDS[kind]:
        facts = {name: value for name, value in seat.items() if name not in ("trained", "open", "reached")}
        if not seat.get("open"):
            title, organisation = TeamRole(seat["role"]).label, seat.get("vendor") or residency.ministry.name
            is_owner = seat["role"] == TeamRole.PRODUCT_OWNER
            facts["person"] = owner if is_owner else somebody(str(title), organisation, reached=seat.get("reached", True))
        if seat.get("trained"):
            facts["agile_trained_on"] = on - datetime.timedelta(days=9)
        add_seat(residency, from_on=on, by=by, **facts)


WEEK = datetime.timedelta(weeks=1)
GOALS = (
    "The first form, end to end",
    "Fewer questions on the first page",
    "Sign in without help",
    "Plain-language answers",
    "Faster search",
)


def name_champions(residency: Residency, *, adm: Person, ed: Person, others: Sequence[Person], by: User) -> None:
    """Name the champions: the assistant deputy minister as alliance lead, the executive director, and the CFO and CIO if there are any.

    Leaders who signed the agreement became champions when it came into force.
    """
    since = residency.started_on
    assert since is not None  # noqa: S101 - stories sprint once they are in residence
    known = set(Champion.objects.filter(team__stream=residency.stream_id).values_list("person", flat=True))
    for role, person in zip((ChampionRole.ADM, ChampionRole.ED, ChampionRole.CFO, ChampionRole.CIO), (adm, ed, *others), strict=False):
        if person.pk not in known:
            training_actions.name_champion(residency, person=person, role=role, from_on=since, by=by)
    lead = Champion.objects.get(team__stream=residency.stream_id, person=adm)
    training_actions.hand_lead(lead, shown_revision=lead.revision, by=by)


def plan(residency: Residency, *, on: datetime.date, by: User) -> None:
    """Plan two-week sprints, with the first review on a working day in two weeks."""
    first = on + 2 * WEEK
    while not is_working_day(first):
        first += datetime.timedelta(days=1)
    place = "808 Douglas Street, second floor, or online"
    sprints_actions.set_cadence(residency, weeks=2, first_review_on=first, at=datetime.time(13, 30), place=place, by=by)


def hold(residency: Residency, today: datetime.date, *, missing: set[int], by: User) -> None:
    """Hold every review before `today`; all champions attended, except that `missing` ones missed the last two."""
    past = list(Sprint.objects.planned().filter(team__stream=residency.stream_id, review_on__lt=today).order_by("review_on"))
    for nth, sprint in enumerate(past):
        notes = {
            "goal": GOALS[nth % len(GOALS)],
            "demo": "The team demoed it on the test site.",
            "decisions": "Carry on with the backlog as planned.",
        }
        written = sprints_actions.write_review(sprint, shown_revision=sprint.revision, by=by, **notes)
        for champion in Champion.objects.filter(team__stream=residency.stream_id).select_related("person"):
            if champion.person_id not in missing or nth < len(past) - 2:
                attendance.note_presence(sprint, champion.person, came=Came.CAME, by=by)
        sprints_actions.hold_review(sprint, shown_revision=written.revision, by=by)


def pause(residency: Residency, today: datetime.date, *, by: User) -> None:
    """Plan a pause four weeks from now."""
    from_on = today + 4 * WEEK
    sprints_actions.pause_sprints(
        residency, from_on=from_on, resume_on=from_on + 3 * WEEK, reason="Two people are handing over their roles.", by=by
    )


def serve(residency: Residency, today: datetime.date, *, by: User) -> None:
    """Log three services that the lab gave the team."""
    given = (
        (ServiceKind.PROCUREMENT, 40, "Saoirse Lindqvist-Rao", "Two vendors under contract within a month."),
        (ServiceKind.POLICY, 12, "", "The firewall change was approved."),
        (ServiceKind.TEAM, 3, "", "The team wrote its working agreement."),
    )
    for kind, days, who, result in given:
        lab_actions.log_service(residency, kind=kind, given_on=today - datetime.timedelta(days=days), given_by=who, result=result, by=by)


def learn(residency: Residency, today: datetime.date, *, leaders: list[Person], lab: list[Person], by: User) -> None:
    """Log training: the first of `leaders` and of `lab` has finished, the second is halfway, and team members took courses too."""
    catalogue.install_standard_training(by=DEMO)
    done, half = leaders
    _take(residency, "What leaders do for an Agile team", [done, half], today - datetime.timedelta(days=12), by)
    _take(residency, "Alignment session", [done], today - datetime.timedelta(days=9), by)
    _take(residency, "Leading in a digital government", [done], today - datetime.timedelta(days=5), by)
    lab_done, lab_half = lab
    for person, course in ((lab_done, "Alignment session"), (lab_half, "What leaders do for an Agile team")):
        if not person.trainings.exists():  # several stories share the lab's leaders
            _take(residency, course, [person], today - datetime.timedelta(days=12), by)
    on_team = {seat.role: seat.person for seat in residency.stream.team.seats.current().select_related("person") if seat.person}
    owner = on_team.pop(TeamRole.PRODUCT_OWNER)
    for training in _take(residency, "Certified product owner", [owner], today - datetime.timedelta(days=20), by):
        url = f"https://example.org/certificates/{training.pk}"
        training_actions.attach_certificate(training, url=url, certified_on=training.finished_on, shown_revision=training.revision, by=by)
    others = [person for role, person in on_team.items() if role in (TeamRole.ANALYST, TeamRole.DESIGNER)]
    _take(residency, "Agile fundamentals", others, today - datetime.timedelta(days=2), by)
    adm = Champion.objects.get(team__stream=residency.stream_id, role=ChampionRole.ADM)
    first = Expectation.objects.filter(role=ChampionRole.ADM).earliest("position")
    note = "Raised at the executive table, with early results."
    tick_item(residency, EXPECTATIONS, f"{code_of(adm)}{first.pk}", note=note, on=today, by=by)


def _take(residency: Residency, course: str, people: list[Person], on: datetime.date, by: User) -> list[Training]:
    """Log the course for those of `people` who don't have it on that day from another team."""
    course_record = Course.objects.get(name=course)
    learner_ids = set(
        Training.objects.current().filter(course=course_record, finished_on=on, person__in=people).values_list("person", flat=True)
    )
    people = [person for person in people if person.pk not in learner_ids]
    return training_actions.log_training(residency, course=course_record, people=people, finished_on=on, by=by) if people else []
