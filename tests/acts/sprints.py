"""Acts on champions, sprints and attendance."""

import datetime
from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from teams.calendar import actions as calendar_actions
from teams.choices import Answer, Came, ChampionRole
from teams.models import Champion, Sprint
from teams.sprints import actions as sprints_actions
from teams.sprints import attendance
from teams.training import actions as training_actions
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


@scenario("teams.training.actions.name_champion")
def name_champion() -> Act:
    fields = {"role": ChampionRole.ADM, "from_on": datetime.date(2026, 1, 5), "person": person()}
    return partial(training_actions.name_champion, residency(), **fields, by=account("lab_ops"))


@scenario("teams.training.actions.edit_champion")
def edit_champion() -> Act:
    row = champion(residency())
    return partial(training_actions.edit_champion, row, is_lead=True, shown_revision=row.revision, by=account("lab_ops"))


@scenario("teams.training.actions.end_champion")
def end_champion() -> Act:
    row = champion(residency())
    return partial(training_actions.end_champion, row, on=timezone.localdate(), shown_revision=row.revision, by=account("lab_ops"))


@scenario("teams.sprints.actions.set_cadence")
def set_cadence() -> Act:
    of = residency()
    seat(of)
    sprinting(of)
    return partial(
        sprints_actions.set_cadence, of, weeks=4, first_review_on=next_review(weeks=5), at=datetime.time(10), by=account("lab_ops")
    )


@scenario("teams.sprints.actions.pause_sprints")
def pause_sprints() -> Act:
    of = residency()
    champion(of)
    sprinting(of)
    today = timezone.localdate()
    fields = {"from_on": today, "resume_on": today + datetime.timedelta(days=40), "reason": "Summer."}
    return partial(sprints_actions.pause_sprints, of, **fields, by=account("lab_ops"))


@scenario("teams.sprints.actions.move_review")
def move_review() -> Act:
    sprint = one_planned()
    fields = {"on": sprint.review_on, "at": datetime.time(9), "minutes": 30, "place": "Room 2", "following": True}
    return partial(sprints_actions.move_review, sprint, **fields, shown_revision=sprint.revision, by=account("lab_ops"))


@scenario("teams.sprints.actions.call_off_review")
def call_off_review() -> Act:
    sprint = one_planned()
    return partial(sprints_actions.call_off_review, sprint, reason="A storm.", shown_revision=sprint.revision, by=account("lab_ops"))


@scenario("teams.sprints.actions.reinstate_review")
def reinstate_review() -> Act:
    sprint = one_planned()
    off = sprints_actions.call_off_review(sprint, reason="A storm.", shown_revision=sprint.revision, by=account("lab_ops"))
    return partial(sprints_actions.reinstate_review, off, shown_revision=off.revision, by=account("lab_ops"))


@scenario("teams.sprints.actions.write_review")
def write_review() -> Act:
    sprint = one_planned()
    return partial(
        sprints_actions.write_review,
        sprint,
        goal="A first form",
        demo="",
        decisions="",
        shown_revision=sprint.revision,
        by=account("lab_ops"),
    )


@scenario("teams.sprints.actions.hold_review")
def hold_review() -> Act:
    sprint, _champion = one_held_today()
    return partial(sprints_actions.hold_review, sprint, shown_revision=sprint.revision, by=account("lab_ops"))


@scenario("teams.sprints.actions.keep_sprints")
def keep_sprints() -> Act:
    Sprint.objects.filter(pk=sprinting(residency())[-1].pk).delete()
    return partial(sprints_actions.keep_sprints, by=SYSTEM)


@scenario("teams.sprints.attendance.answer_review")
def answer_review() -> Act:
    sprint = one_planned()
    fields = {"answer": Answer.DELEGATE, "delegate": "Yuki Penhallow"}
    somebody = Champion.objects.get().person
    return partial(attendance.answer_review, sprint, somebody, **fields, by=link_holder(sprint, somebody))


@scenario("teams.sprints.attendance.note_presence")
def note_presence() -> Act:
    sprint, expected = one_held_today()
    sprint = sprints_actions.hold_review(sprint, shown_revision=sprint.revision, by=account("lab_ops"))
    return partial(attendance.note_presence, sprint, expected.person, came=Came.CAME, by=account("lab_ops"))


@scenario("teams.sprints.attendance.record_everyone_attended")
def record_everyone_attended() -> Act:
    sprint, _champion = one_held_today()
    sprint = sprints_actions.hold_review(sprint, shown_revision=sprint.revision, by=account("lab_ops"))
    return partial(attendance.record_everyone_attended, sprint, by=account("lab_ops"))


@scenario("teams.calendar.actions.make_feed")
def make_feed() -> Act:
    viewer = account("viewer")
    return partial(calendar_actions.make_feed, person(user=viewer), by=viewer)


@scenario("teams.calendar.actions.revoke_feed")
def revoke_feed() -> Act:
    viewer = account("viewer")
    somebody = person(user=viewer)
    calendar_actions.make_feed(somebody, by=viewer)
    return partial(calendar_actions.revoke_feed, somebody, by=viewer)
