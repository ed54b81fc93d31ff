"""Graduation: the team's destinations on record, the story, the follow-ups, and what its page and the list tell afterwards (EL-56, EL-82)."""

import datetime
from io import BytesIO

import pytest
from django.urls import reverse

from dates.months import months_after
from findings import Refused
from ledger.compare_records import Comparison, compare
from ledger.lifecycle import MoveRefused
from outbox.models import Message
from oversight.followups.actions import answer_follow_up
from oversight.models import FollowUp, TaskState
from people.actions import person_of
from residencies.graduation.actions import edit_graduation
from residencies.graduation.graduates import graduate_of
from residencies.lifecycle import actions
from residencies.lifecycle.team import Goes, Member, from_record
from residencies.models import Graduation, Residency
from residencies.models.states import State
from teams.choices import Employer
from teams.destinations.actions import decide_destination
from teams.destinations.queries import members_of
from teams.models import Destination, Seat
from teams.roster.actions import end_seat
from tests.clock import TODAY
from tests.factories import person
from tests.oversight.follow_ups import by_link
from tests.oversight.task_rows import carry_out_plan, plan_part
from tests.pages import client_of, text
from tests.residencies import rows
from tests.residencies.pages import at, links, send
from tests.teams.factories import all_stay, champion, product_owner, seat

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def live(owner):
    row = rows.residency(State.LIVE, kept_by=owner)
    carry_out_plan(row)
    return row


@pytest.fixture
def desk(ops):
    return client_of(ops)


def decide(held, *, by, **facts):
    destination = Destination.objects.filter(team=held.team, person=held.person).first() or Destination(team=held.team, person=held.person)
    return decide_destination(destination, shown_revision=destination.revision, by=by, **facts)


def graduate(residency, by, **facts):
    return actions.graduate(residency, on=TODAY, reintegrated_into="Digital branch", by=by, **facts)


def test_overview_shows_how_many_parts_of_the_plan_are_done(desk, live):
    """EL-81"""
    plan_part(live, "risks", state=TaskState.OPEN, done_on=None)
    shown = text(desk.get(reverse("residency", args=[live.reference])))
    assert "Parts done 7 of 8" in shown


# ── Destinations ─────────────────────────────────────────────────────────────────────────────


def test_everyone_on_the_roster_is_listed_and_undecided_until_someone_decides(desk, live):
    """EL-81"""
    first, second = seat(live), seat(live)
    shown = desk.get(at("graduation", live))
    assert "2 undecided" in text(shown)
    page = at("destination", live, first.person_id)
    assert page in links(shown)
    after = send(desk, page, {"goes": "moves", "place": "Permits branch", "who": "open", "shown_revision": 1}, follow=True)
    assert "1 undecided" in text(after)
    assert "Moves to other work: Permits branch" in text(after)
    assert "0 of 2 people stay with the product." in text(after)
    assert second.person.name in text(after)


def test_the_list_follows_the_roster(live, ops):
    """EL-81: someone who left the team isn't asked about, and someone with two roles is listed once."""
    held, gone = seat(live), seat(live)
    seat(live, person=held.person, role="designer")
    end_seat(gone, on=TODAY - DAY, shown_revision=gone.revision, by=ops)
    (member,) = members_of([live], TODAY)[live.stream_id]
    assert (member.person, member.role) == (held.person_id, "Developer, User experience or service designer")


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"goes": "moves"}, {"destination-no-place"}),
        ({"goes": "leaves"}, {"destination-no-day"}),
        ({"goes": "leaves", "on": TODAY, "name": "Wren Delgado"}, {"successor-no-overlap"}),
    ],
)
def test_a_destination_without_what_belongs_to_it_is_refused(live, ops, facts, codes):
    with pytest.raises(Refused) as refused:
        decide(seat(live), by=ops, **facts)
    assert refused.value.codes == codes
    assert not Destination.objects.exclude(goes="").exists()


def test_no_one_takes_over_from_themselves(live, ops):
    held = seat(live)
    with pytest.raises(Refused) as refused:
        decide(held, by=ops, goes="leaves", on=TODAY, successor=held.person, overlap_weeks=2)
    assert refused.value.codes == {"successor-self"}


def test_what_does_not_apply_is_left_out(live, ops):
    row = decide(seat(live), by=ops, goes="stays", place="Somewhere", on=TODAY, overlap_weeks=3)
    assert (row.goes, row.place, row.on, row.successor, row.overlap_weeks) == ("stays", "", None, None, None)


def test_graduation_requires_a_decision_about_everyone_and_a_successor_for_each_vendor(live, ops):
    """EL-82"""
    public, vendor = seat(live), seat(live, employer=Employer.VENDOR, vendor="Northlight Agile Co-op")
    with pytest.raises(MoveRefused) as undecided:
        graduate(live, ops)
    assert [finding.code for finding in undecided.value.findings] == ["destination-undecided"] * 2
    decide(public, by=ops, goes="stays")
    decide(vendor, by=ops, goes="leaves", on=TODAY + 30 * DAY)
    with pytest.raises(MoveRefused) as alone:
        graduate(live, ops)
    assert alone.value.codes == {"vendor-no-successor"}
    decide(vendor, by=ops, goes="leaves", on=TODAY + 30 * DAY, successor=public.person, overlap_weeks=2)
    assert graduate(live, ops).state == State.GRADUATED


def test_a_successor_chosen_with_the_destination_is_the_rosters_too(live, ops):
    """EL-42: the role check asks for it once."""
    vendor = seat(live, employer=Employer.VENDOR, vendor="Northlight Agile Co-op")
    heir = person()
    decide(vendor, by=ops, goes="leaves", on=TODAY, successor=heir, overlap_weeks=2)
    (facts,) = Seat.objects.of(live).roster().seats
    assert facts.successor == heir.name


# ── The act ──────────────────────────────────────────────────────────────────────────────────


def test_the_record_keeps_where_everyone_went_whatever_the_roster_says_later(live, ops):
    """EL-82"""
    stays, goes = seat(live), seat(live)
    decide(stays, by=ops, goes="stays")
    decide(goes, by=ops, goes="moves", place="Permits branch")
    residency = graduate(live, ops, story="Growers are paid in days.", ceremony_on=TODAY + DAY, ceremony_place="808 Douglas")
    record = Graduation.objects.get(residency=residency)
    Destination.objects.update(goes="leaves", on=TODAY, place="")
    members = {member.name: member for member in map(from_record, record.team)}
    assert {name: (member.goes, member.place) for name, member in members.items()} == {
        stays.person.name: ("stays", ""),
        goes.person.name: ("moves", "Permits branch"),
    }
    event = residency.stream.events.get(act="graduated")
    assert (event.facts["stay"], event.facts["team_size"]) == (1, 2)
    assert str(record.pk) in event.facts["records"]["residencies.graduation"]
    assert list(compare(Comparison())) == []


@pytest.mark.parametrize("on", [None, TODAY])
def test_a_member_is_stored_as_json_and_read_again_unchanged(on):
    member = Member(1, "Ana Morrow", "Developer", "Vendor", True, False, Goes.LEAVES.value, "", on, "Bo Lindqvist", 2)
    assert from_record(member.as_record) == member


def test_the_follow_ups_are_with_the_product_owner_and_ask_about_those_who_stayed(live, ops, owner):
    """EL-56"""
    leader, other = product_owner(live), seat(live)
    decide(leader, by=ops, goes="stays")
    decide(other, by=ops, goes="moves", place="Permits branch")
    residency = graduate(live, ops)
    six, twelve = FollowUp.objects.filter(stream=residency.stream)
    assert [row.due_on for row in (six, twelve)] == [months_after(TODAY, 6), months_after(TODAY, 12)]
    assert {(row.contact, row.fallback) for row in (six, twelve)} == {(leader.person, person_of(owner, by=ops))}
    assert six.team == [leader.person.name]


def test_team_and_champions_are_told_once_with_the_ceremony(live, ops):
    """EL-82"""
    held = product_owner(live)
    champion(live, person=held.person)
    all_stay(live)
    graduate(live, ops, ceremony_on=TODAY + DAY, ceremony_place="808 Douglas")
    (message,) = Message.objects.filter(person=held.person, occasion="residency-ended")
    assert "The ceremony is on" in message.text
    assert "808 Douglas" in message.text


# ── Afterwards ───────────────────────────────────────────────────────────────────────────────


def test_the_story_is_written_after_graduation_and_by_the_program_side_too(live, ops, owner):
    """EL-82"""
    residency = graduate(live, ops)
    assert "No story yet." in text(client_of(owner).get(at("graduation", residency)))
    sent = {"story": "Growers are paid in days.\n\nThe queue is gone.", "ceremony_place": "808 Douglas", "shown_revision": 1}
    shown = send(client_of(owner), at("graduation-story", residency), sent, follow=True)
    assert "The queue is gone." in text(shown)
    assert [event.act for event in residency.stream.events.order_by("-seq")[:1]] == ["graduation-edited"]
    assert list(compare(Comparison())) == []


def test_a_residency_from_before_the_portal_can_have_a_story(ops):
    past = rows.residency(State.GRADUATED)
    Residency.objects.filter(pk=past.pk).update(before_portal=True, live_on=None, graduation_due_on=None, ended_on=None)
    edit_graduation(past, story="It began in 2019.", ceremony_on=None, ceremony_place="", shown_revision=1, by=ops)
    assert "It began in 2019." in text(client_of(ops).get(at("graduation", past)))


def test_only_a_graduated_residency_has_a_story(live, ops):
    with pytest.raises(Refused) as refused:
        edit_graduation(live, story="Too early.", ceremony_on=None, ceremony_place="", shown_revision=1, by=ops)
    assert refused.value.codes == {"story-early"}


@pytest.fixture
def answered(live, ops):
    """A residency that graduated with three of four people, and has answered after six months that two are left."""
    held = [product_owner(live), seat(live), seat(live), seat(live)]
    for each in held[:3]:
        decide(each, by=ops, goes="stays")
    decide(held[3], by=ops, goes="moves", place="Permits branch")
    residency = graduate(live, ops)
    FollowUp.objects.filter(kind="six_months").update(due_on=TODAY)
    row = FollowUp.objects.get(kind="six_months")
    answer_follow_up(row, in_use="partly", together=row.team[:2], by=by_link(row))
    return residency


def test_the_share_of_the_team_kept_together_is_of_the_whole_team_at_every_point(answered):
    """EL-56"""
    graduate = graduate_of(answered, TODAY)
    assert [(point.share.count, point.share.total) if point.share else None for point in graduate.points] == [(3, 4), (2, 4), None]
    assert [point.in_words for point in graduate.points] == ["3 of 4 (75%)", "2 of 4 (50%)", "Not due yet"]
    assert graduate.in_use == "Partly, or by fewer people"


def test_the_page_and_the_list_show_what_lasts(desk, answered):
    """EL-56"""
    for page in (at("graduation", answered), reverse("graduate-list")):
        shown = text(desk.get(page))
        assert "Partly, or by fewer people" in shown
        assert "75%" in shown
        assert "50%" in shown
    assert "Graduated residencies" in text(desk.get(reverse("reports")))


def test_the_list_is_filtered_by_words_and_by_overdue_follow_ups_and_exported(desk, answered):
    other = rows.residency(State.GRADUATED)
    page = reverse("graduate-list")
    assert other.product in text(desk.get(page))
    assert other.product not in text(desk.get(page, {"q": answered.reference}))
    assert answered.product not in text(desk.get(page, {"overdue": "on"}))
    FollowUp.objects.filter(kind="twelve_months").update(due_on=TODAY - 30 * DAY)
    shown = text(desk.get(page, {"overdue": "on"}))
    assert answered.product in shown
    exported = b"".join(desk.get(reverse("graduate-export", args=["csv"]), {"q": answered.reference})).decode("utf-8-sig")
    assert "4,3,2,," in exported.splitlines()[1]
    assert other.product not in exported
    assert BytesIO(b"".join(desk.get(reverse("graduate-export", args=["xlsx"])))).read(2) == b"PK"


def test_the_number_of_queries_does_not_grow_with_the_list(desk, answered, django_assert_max_num_queries):
    for _number in range(5):
        rows.residency(State.GRADUATED)
    desk.get(reverse("graduate-list"))
    with django_assert_max_num_queries(15):
        desk.get(reverse("graduate-list"))
    with django_assert_max_num_queries(15):
        desk.get(at("graduation", answered))


def test_the_page_of_a_live_residency_takes_at_most_sixteen_queries(desk, live, django_assert_max_num_queries):
    for _number in range(4):
        seat(live)
    desk.get(at("graduation", live))
    with django_assert_max_num_queries(16):  # nine of them for the frame and the next step, one for the benefit owner
        desk.get(at("graduation", live))
