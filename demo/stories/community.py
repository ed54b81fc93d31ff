"""The demo's community: experts, desks, habits and contributions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from community import actions
from community.choices import Discipline, Giving
from community.experts import actions as experts_actions
from community.models import ExpertSession
from community.models.checklists import HABITS
from community.queries import experts_for
from dates.working_days import is_working_day
from demo.stories.phases import tick_item
from people.models import Person, User
from residencies.models import Residency
from teams.models import Seat

DAY = datetime.timedelta(days=1)
EXPERTS = (
    ((Discipline.SERVICE_DESIGN, Discipline.BEHAVIOUR), "Tuesdays and Thursdays"),
    ((Discipline.PRIVACY_SECURITY,), "Mornings, with two weeks' notice"),
    ((Discipline.DATA, Discipline.STATISTICS), "Mondays"),
    ((Discipline.DEVOPS, Discipline.INNOVATION), ""),
)
LINKS = {
    "chat": "https://chat.developer.gov.bc.ca/channel/product-owners",
    "devhub": "https://developer.gov.bc.ca/docs/default/component/design-system",
    "components": "https://digital.gov.bc.ca/common-components/",
    "data": "https://catalogue.data.gov.bc.ca/dataset/example",
}
GIVEN = (
    (Giving.MENTORING, 34, 60, "Coached a new product owner every two weeks"),
    (Giving.WORKSHOP, 20, 360, "Usability testing with people who use screen readers"),
    (Giving.EVENT, 9, 90, "Lunch and learn: what our first alpha taught us"),
)
PLAN = """Week 1: everyone on site, meet the other teams, get access to Rocket.Chat and GitHub
Week 2: business context, legislation and policy, who our users are
Week 3: first user interviews, first draft of the roadmap
Week 4: sprint 1 starts"""


def open_lab(somebody: Callable[[str, str], Person], on: datetime.date, *, by: User) -> None:
    """Add experts in residence and the lab's desks, from the day `on`."""
    for disciplines, availability in EXPERTS:
        person = somebody("Expert in residence", "Citizens' Services")
        experts_actions.add_expert(person=person, disciplines=disciplines, availability=availability, from_on=on, by=by)
    actions.set_desk_count(from_on=on, desks=24, by=by)


def take_up_habits(residency: Residency, habits: tuple[str, ...], on: datetime.date, *, by: User) -> None:
    for habit in habits:
        url = LINKS.get(habit) or residency.repositories.earliest("pk").url
        tick_item(residency, HABITS, habit, on=on, url=url, by=by)


def give(residency: Residency, today: datetime.date, *, by: User) -> None:
    """Record what three team members contributed in the last few weeks."""
    people = [seat.person for seat in Seat.objects.of(residency).exclude(person=None).order_by("pk") if seat.person]
    for person, (kind, days, minutes, what) in zip(people, GIVEN, strict=False):
        actions.note_giving(residency, person=person, kind=kind, given_on=today - days * DAY, minutes=minutes, what=what, by=by)


def match(residency: Residency, on: datetime.date, *, hour: int, by: User) -> None:
    """Arrange the waiting session with an expert, on the first working day from `on`."""
    while not is_working_day(on):
        on += DAY
    session = ExpertSession.objects.waiting().filter(residency=residency)[0]
    expert = experts_for(session, on)[0]
    details: dict[str, Any] = {
        "expert": expert,
        "on": on,
        "at": datetime.time(hour),
        "minutes": 60,
        "place": "808 Douglas Street, or online",
    }
    experts_actions.match_session(session, **details, shown_revision=session.revision, by=by)


def record(residency: Residency, outcome: str, *, by: User) -> None:
    session = ExpertSession.objects.filter(residency=residency, state="matched").earliest("on")
    experts_actions.hold_session(session, outcome=outcome, shown_revision=session.revision, by=by)


def work_together(residency: Residency, today: datetime.date, *, desks: int, begins: int, weeks: int, by: User) -> None:
    """Plan co-location for the first weeks, and assign `desks` starting `begins` days from today."""
    details: dict[str, Any] = {
        "mode": "both",
        "place": "808 Douglas Street, second floor, Tuesday to Thursday",
        "plan": PLAN,
        "shown_revision": 0,
    }
    actions.set_colocation(residency, **details, by=by)
    first = today + begins * DAY
    last = first + weeks * 7 * DAY - DAY
    actions.allocate_desks(residency, desks=desks, from_on=first, to_on=last, where="Second floor", by=by)
