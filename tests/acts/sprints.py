"""Acts on champions, sprints and attendance."""

import datetime
from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from teams import actions
from teams.models import Champion, Sprint
from teams.roles import Answer, Came, ChampionRole
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.teams.factories import champion, link_holder, next_review, residency, seat, sprinting


def one_planned() -> Sprint:
    of = residency()
    champion(of)
    return sprinting(of)[0]


def one_held_today() -> tuple[Sprint, Champion]:
    """A review that has begun, and a champion who is expected."""
    of = residency()
    expected = champion(of)
    first = sprinting(of)[0]
    at = timezone.localtime() - datetime.timedelta(minutes=1)
    Sprint.objects.filter(pk=first.pk).update(review_on=at.date(), review_at=at.time())
    return Sprint.objects.get(pk=first.pk), expected


@scenario("teams.actions.champions.name_champion")
def name_champion() -> Act:
    fields = {"role": ChampionRole.ADM, "from_on": datetime.date(2026, 1, 5), "person": person()}
    return partial(actions.name_champion, residency(), **fields, by=account("lab_ops"))


@scenario("teams.actions.champions.edit_champion")
def edit_champion() -> Act:
    row = champion(residency())
    return partial(actions.edit_champion, row, is_lead=True, expected=row.version, by=account("lab_ops"))


@scenario("teams.actions.champions.end_champion")
def end_champion() -> Act:
    row = champion(residency())
    return partial(actions.end_champion, row, on=timezone.localdate(), expected=row.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.set_cadence")
def set_cadence() -> Act:
    of = residency()
    seat(of)
    sprinting(of)
    return partial(actions.set_cadence, of, weeks=4, first_review_on=next_review(weeks=5), at=datetime.time(10), by=account("lab_ops"))


@scenario("teams.actions.sprints.pause_sprints")
def pause_sprints() -> Act:
    of = residency()
    champion(of)
    sprinting(of)
    today = timezone.localdate()
    fields = {"from_on": today, "resume_on": today + datetime.timedelta(days=40), "reason": "Summer."}
    return partial(actions.pause_sprints, of, **fields, by=account("lab_ops"))


@scenario("teams.actions.sprints.move_review")
def move_review() -> Act:
    sprint = one_planned()
    fields = {"on": sprint.review_on, "at": datetime.time(9), "minutes": 30, "place": "Room 2", "following": True}
    return partial(actions.move_review, sprint, **fields, expected=sprint.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.call_off_review")
def call_off_review() -> Act:
    sprint = one_planned()
    return partial(actions.call_off_review, sprint, reason="A storm.", expected=sprint.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.reinstate_review")
def reinstate_review() -> Act:
    sprint = one_planned()
    off = actions.call_off_review(sprint, reason="A storm.", expected=sprint.version, by=account("lab_ops"))
    return partial(actions.reinstate_review, off, expected=off.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.write_review")
def write_review() -> Act:
    sprint = one_planned()
    return partial(actions.write_review, sprint, goal="A first form", demo="", decisions="", expected=sprint.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.hold_review")
def hold_review() -> Act:
    sprint, _champion = one_held_today()
    return partial(actions.hold_review, sprint, expected=sprint.version, by=account("lab_ops"))


@scenario("teams.actions.sprints.keep_sprints")
def keep_sprints() -> Act:
    Sprint.objects.filter(pk=sprinting(residency())[-1].pk).delete()
    return partial(actions.keep_sprints, by=SYSTEM)


@scenario("teams.actions.attendance.answer_review")
def answer_review() -> Act:
    sprint = one_planned()
    fields = {"answer": Answer.DELEGATE, "delegate": "Yuki Penhallow"}
    somebody = Champion.objects.get().person
    return partial(actions.answer_review, sprint, somebody, **fields, by=link_holder(sprint, somebody))


@scenario("teams.actions.attendance.note_presence")
def note_presence() -> Act:
    sprint, expected = one_held_today()
    sprint = actions.hold_review(sprint, expected=sprint.version, by=account("lab_ops"))
    return partial(actions.note_presence, sprint, expected.person, came=Came.CAME, by=account("lab_ops"))


@scenario("teams.actions.feeds.make_feed")
def make_feed() -> Act:
    viewer = account("viewer")
    return partial(actions.make_feed, person(user=viewer), by=viewer)


@scenario("teams.actions.feeds.revoke_feed")
def revoke_feed() -> Act:
    viewer = account("viewer")
    somebody = person(user=viewer)
    actions.make_feed(somebody, by=viewer)
    return partial(actions.revoke_feed, somebody, by=viewer)
