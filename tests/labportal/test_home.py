"""Home says what needs whoever looks, and costs the same in a large lab."""

import datetime

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from agreements.signing.delegation import decline
from labportal import home
from ledger.memory import head_of_all
from ledger.models import Event
from outbox.delivery import health
from residencies.graduation import actions as graduation_actions
from residencies.listing import todo
from residencies.models import Residency
from residencies.review import actions as review_actions
from tests.agreements import factories as agreements
from tests.agreements.factories import as_party
from tests.outbox.factories import message
from tests.pages import text
from tests.residencies import factories as make
from tests.residencies.rows import many, residency
from tests.teams.factories import seat

pytestmark = pytest.mark.django_db


def test_an_empty_lab_says_that_nothing_needs_anybody(client, ops):
    """EL-16"""
    client.force_login(ops)
    shown = text(client.get(reverse("home")))
    assert "Nothing needs you today" in shown
    assert "No team is late" in shown


def test_operations_see_what_waits_the_longest_waiting_first(client, ops):
    """EL-16, EL-83, EL-84: intakes, reviews, agreements, role checks and conversations, each with one link."""
    waiting = make.submitted_residency(product="Waiting")
    reviewed = make.residency_in_review(product="Reviewed", reviewer=ops)
    review_actions.decide_condition(reviewed.conditions.get(number=1), verdict="met", reason="Seen.", by=ops)
    qualified = make.qualified_residency(product="Qualified")
    agreements.circulated(residency=make.qualified_residency(product="Unsigned"), by=ops)
    long_ago = timezone.localdate() - datetime.timedelta(days=40)
    talk = residency("in_residence", product="Talking", started_on=long_ago)
    graduation_actions.open_conversation(talk, expectation="Time", raised_by="The lab", by=ops, on=long_ago)
    client.force_login(ops)
    response = client.get(reverse("home"))
    shown = text(response)
    assert f"Start the review of {waiting}" in shown
    assert f"Decide 5 conditions for {reviewed}" in shown
    assert f"Make the agreement for {qualified}" in shown
    assert "0 of 6 have signed" in shown or "0 of 7 have signed" in shown
    assert f"role checks before {talk} can go live" in shown
    assert f"Hold the conversation about {talk} overdue · waiting 40 days" in shown
    assert shown.index("Hold the conversation") < shown.index("Start the review")
    for url in (
        reverse("review", args=[waiting.reference]),
        reverse("agreement", args=[qualified.reference]),
        reverse("team", args=[talk.reference]),
    ):
        assert f'href="{url}"' in response.content.decode()


def test_a_mended_team_needs_nobody(client, ops):
    """EL-42"""
    talk = residency("agreement", product="Ready")
    for role, more in (("product_owner", {"agile_trained_on": datetime.date(2026, 1, 5), "band": 3}), ("devops", {"is_senior": True})):
        seat(talk, by=ops, role=role, **more)
    client.force_login(ops)
    assert f"before {talk} can start" not in text(client.get(reverse("home")))


def test_clocks_show_the_late_before_the_near_and_leave_out_the_far(client, lead):
    """EL-83"""
    today = timezone.localdate()
    for product, days in (("Near", 20), ("Late", -3), ("Far", 61)):
        row = residency("live", product=product)
        Residency.objects.filter(pk=row.pk).update(graduation_due_on=today + datetime.timedelta(days=days))
    client.force_login(lead)
    clocks = text(client.get(reverse("home"))).partition("Pipeline")[0]
    assert clocks.index("Late") < clocks.index("Near")
    assert "Far" not in clocks


def test_a_viewer_sees_how_things_stand_and_nothing_to_do(client, viewer):
    make.submitted_residency(product="Waiting")
    client.force_login(viewer)
    shown = text(client.get(reverse("home")))
    assert "Pipeline" in shown
    assert "Waiting" in shown
    assert "Needs you" not in shown


def test_a_product_owner_sees_its_own_with_the_next_step(client):
    """EL-10"""
    keeper = make.applicant()
    mine, theirs = make.draft_residency(by=keeper, product="Mine"), make.draft_residency(product="Theirs")
    client.force_login(keeper)
    response = client.get(reverse("home"))
    shown = text(response)
    assert mine.product in shown
    assert theirs.product not in shown
    assert "Continue the application" in shown
    assert f'href="{reverse("intake-start")}"' in response.content.decode()


def test_mail_that_failed_asks_a_person_and_mail_that_stands_still_is_told(client, ops):
    """EL-62: after the last try a person is asked; a quiet alarm when nothing goes out."""
    message(state="failed")
    client.force_login(ops)
    health.done(health.SWEEP, timezone.now())
    response = client.get(reverse("home"))
    assert "See to 1 message that could not be sent" in text(response)
    assert f'href="{reverse("outbox")}?state=failed"' in response.content.decode()
    assert "Mail is not going out" not in text(response)
    health.done(health.SWEEP, timezone.now() - datetime.timedelta(minutes=3))
    assert "Reminders haven’t been checked since" in text(client.get(reverse("home")))
    assert "Reminders haven’t been checked since" in text(client.get(reverse("outbox")))


def test_an_applicant_who_keeps_nothing_is_told_how_to_begin(client):
    client.force_login(make.applicant())
    assert "You keep no residency yet" in text(client.get(reverse("home")))


def test_somebody_asked_to_sign_finds_it_on_home(client, ops):
    """EL-27"""
    version = agreements.circulated(by=ops)
    invitation = agreements.to_sign(version)[0]
    signer = make.applicant()
    invitation.party.person.user = signer
    invitation.party.person.save(update_fields=["user"])
    client.force_login(signer)
    assert reverse("sign", args=[invitation.pk]) in client.get(reverse("home")).content.decode()
    agreements.sign(invitation)
    assert reverse("sign", args=[invitation.pk]) not in client.get(reverse("home")).content.decode(), "it is signed"


@pytest.mark.parametrize("count", [10, 2_000])
def test_home_costs_the_same_in_a_small_lab_and_in_a_large_one(client, ops, count, django_assert_num_queries):
    """The second time what needs the lab is remembered; blockers of rows without a history of their own are not (seven queries)."""
    many(count)
    health.done(health.SWEEP, timezone.now())
    client.force_login(ops)
    client.get(reverse("home"))
    with django_assert_num_queries(17):
        client.get(reverse("home"))
    caches["ledger"].clear()
    with django_assert_num_queries(40):
        client.get(reverse("home"))


def test_what_somebody_outside_waits_for_comes_first_and_all_of_it_can_be_seen(client, ops):
    """EL-16, EL-29: a decline of today before what has waited for weeks within the lab."""
    invitation = agreements.to_sign(agreements.circulated(by=ops))[0]
    decline(invitation, "No budget.", by=as_party(invitation))
    long_ago = timezone.localdate() - datetime.timedelta(days=40)
    for number in range(14):
        talk = residency("in_residence", started_on=long_ago)
        graduation_actions.open_conversation(talk, expectation=f"Time {number}", raised_by="The lab", by=ops, on=long_ago)
    client.force_login(ops)
    shown = client.get(reverse("home"))
    first, needs = shown.context["lab"].needs[0], len(shown.context["lab"].needs) + shown.context["lab"].more
    assert invitation.party.person.name in first.sentence
    assert needs > 12
    assert f"Needs you {needs}" in text(shown)
    assert 'href="?all=1#needs-title"' in shown.content.decode()
    assert len(client.get(reverse("home"), {"all": "1"}).context["lab"].needs) == needs


def test_what_home_remembers_lasts_until_the_next_act(client, ops):
    """EL-16: also when an act is committed after one whose event is newer."""
    client.force_login(ops)
    waiting = lambda: text(client.get(reverse("home"))).count("Start the review")
    make.submitted_residency()
    assert waiting() == waiting() == 1
    make.submitted_residency()
    assert waiting() == 2
    before = head_of_all(timezone.now())
    late = Event.objects.latest("pk")
    late.pk, late.seq, late.hash = -1, late.seq + 1, "0" * 64
    late.save(force_insert=True)
    assert head_of_all(timezone.now()) != before


def test_what_home_remembers_is_of_one_day(client, ops, time_machine):
    """EL-84: a day later it has waited a day longer, though nothing was done."""
    talk = residency("in_residence")
    graduation_actions.open_conversation(talk, expectation="Time", raised_by="The lab", by=ops)
    for days in (0, 1):
        time_machine.move_to(timezone.now() + datetime.timedelta(days=days))
        client.force_login(ops)
        assert ("waiting 1 day" in text(client.get(reverse("home")))) == bool(days)


def test_a_crowded_state_is_counted_no_further_than_to_a_bound(client, ops, monkeypatch):
    monkeypatch.setattr(todo, "COUNTED", 3)
    monkeypatch.setattr(home, "COUNTED", 3)
    for number in range(4):
        residency("live", product=f"Live {number}")
    for number in range(3):
        residency("qualified", product=f"Qualified {number}")
    client.force_login(ops)
    board = {column.state: (column.count, column.more_than) for column in client.get(reverse("home")).context["lab"].board}
    assert board["live"] == (4, 3)
    assert board["qualified"] == (3, 0)
    assert board["draft"] == (0, 0)
    assert "Live more than 3" in text(client.get(reverse("home")))
