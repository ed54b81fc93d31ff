"""The demo's champions, sprints and reviews."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from dates.working_days import is_working_day
from people.models import Person, User
from residencies.models import Residency
from teams import actions
from teams.models import Champion, Sprint
from teams.roles import Came, ChampionRole, ServiceKind

WEEK = datetime.timedelta(weeks=1)
GOALS = (
    "The first form, end to end",
    "Fewer questions on the first page",
    "Sign in without help",
    "Answers in plain words",
    "A faster search",
)


def name_champions(residency: Residency, *, adm: Person, ed: Person, others: Sequence[Person], by: User) -> None:
    """The assistant deputy minister leads the alliance team; executive director, and money and technology if there, stand beside.

    The leaders who signed the agreement are champions since it came into force.
    """
    since = residency.started_on
    assert since is not None  # noqa: S101 - stories sprint once they are in residence
    known = set(Champion.objects.filter(team__residency=residency).values_list("person", flat=True))
    for role, person in zip((ChampionRole.ADM, ChampionRole.ED, ChampionRole.CFO, ChampionRole.CIO), (adm, ed, *others), strict=False):
        if person.pk not in known:
            actions.name_champion(residency, person=person, role=role, from_on=since, by=by)
    lead = Champion.objects.get(team__residency=residency, person=adm)
    actions.hand_lead(lead, expected=lead.version, by=by)


def plan(residency: Residency, *, on: datetime.date, by: User) -> None:
    """Two weeks a sprint, the first review on a working day two weeks on."""
    first = on + 2 * WEEK
    while not is_working_day(first):
        first += datetime.timedelta(days=1)
    place = "808 Douglas Street, second floor, or online"
    actions.set_cadence(residency, weeks=2, first_review_on=first, at=datetime.time(13, 30), place=place, by=by)


def hold(residency: Residency, today: datetime.date, *, missing: set[int], by: User) -> None:
    """Every review up to `today`: champions came, but for those of `missing` at the newest two."""
    past = list(Sprint.objects.planned().filter(team__residency=residency, review_on__lt=today).order_by("review_on"))
    for nth, sprint in enumerate(past):
        notes = {
            "goal": GOALS[nth % len(GOALS)],
            "demo": "The team showed it on the test site.",
            "decisions": "Go on with the backlog as it is.",
        }
        written = actions.write_review(sprint, expected=sprint.version, by=by, **notes)
        for champion in Champion.objects.filter(team__residency=residency).select_related("person"):
            if champion.person_id not in missing or nth < len(past) - 2:
                actions.note_presence(sprint, champion.person, came=Came.CAME, by=by)
        actions.hold_review(sprint, expected=written.version, by=by)


def pause(residency: Residency, today: datetime.date, *, by: User) -> None:
    """A pause that lies ahead."""
    from_on = today + 4 * WEEK
    actions.pause_sprints(residency, from_on=from_on, resume_on=from_on + 3 * WEEK, reason="The team hands over two roles.", by=by)


def serve(residency: Residency, today: datetime.date, *, by: User) -> None:
    """Three things the lab gave the team."""
    given = (
        (ServiceKind.PROCUREMENT, 40, "Saoirse Lindqvist-Rao", "Two vendors chosen within a month."),
        (ServiceKind.POLICY, 12, "", "The firewall change is through."),
        (ServiceKind.TEAM, 3, "", "The team agreed on how it works together."),
    )
    for kind, days, who, result in given:
        actions.log_service(residency, kind=kind, given_on=today - datetime.timedelta(days=days), given_by=who, result=result, by=by)
