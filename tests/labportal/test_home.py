"""Home says what needs whoever looks, and costs the same in a large lab."""

import datetime
import re

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import Invitation
from agreements.signing.delegation import decline
from labportal import home
from ledger.memory import head_of_all
from ledger.models import Event
from outbox.delivery import health
from people.models import Snooze
from people.todo import latest_day
from residencies.conversations import actions as conversation_actions
from residencies.listing import todo
from residencies.models import Residency
from residencies.review import actions as review_actions
from tests.agreements import factories as agreements
from tests.agreements.factories import as_party
from tests.clock import NOW, TODAY
from tests.factories import account
from tests.outbox.factories import message
from tests.pages import text
from tests.residencies import factories as make
from tests.residencies.rows import many, residency
from tests.teams.factories import seat

pytestmark = pytest.mark.django_db
TOMORROW = (TODAY + datetime.timedelta(days=1)).isoformat()


def test_an_empty_lab_says_that_nothing_needs_anybody(client, ops):
    """EL-16"""
    client.force_login(ops)
    shown = text(client.get(reverse("home")))
    assert "Nothing needs your attention today" in shown
    assert "No product is live yet" in shown
    assert "No trend yet" in shown


def test_operations_see_what_needs_them_by_urgency_each_with_its_act_and_its_lead(client, ops):
    """EL-16, EL-83, EL-84: intakes, reviews, agreements, role checks and conversations; one card for each residency."""
    waiting = make.submitted_residency(product="Waiting")
    reviewed = make.residency_in_review(product="Reviewed", reviewer=ops)
    review_actions.decide_condition(reviewed.conditions.get(number=1), verdict="met", reason="Seen.", by=ops)
    qualified = make.qualified_residency(product="Qualified")
    agreements.circulated(residency=make.qualified_residency(product="Unsigned"), by=ops)
    long_ago = timezone.localdate() - datetime.timedelta(days=40)
    talk = residency("in_residence", product="Talking", started_on=long_ago)
    conversation_actions.open_conversation(talk, expectation="Time", raised_by="The lab", by=ops, on=long_ago)
    client.force_login(ops)
    response = client.get(reverse("home"), {"who": "everyone"})
    needs, _waiting, others = text(response).partition("Waiting for others")
    overdue, _later, later = needs.partition("Waiting longest")
    assert f"Talking {talk.reference} · In residence · unassigned Conversation not held yet waiting 40 days" in overdue
    assert "days late Hold the conversation" in overdue
    assert "role checks not met Needed before going live" in overdue, "a residency has one card, where its most urgent line is"
    assert "Start the review : Waiting" in later
    assert "5 of 6 conditions left to decide" in later
    assert "Noor Castellane" in later
    assert "Prepare the agreement : Qualified" in later
    assert "Unsigned: 6 signatures outstanding , 0 of 6 have signed" in others or "Unsigned: 7 signatures" in others
    for url in (
        reverse("review", args=[waiting.reference]),
        reverse("agreement", args=[qualified.reference]),
        reverse("team", args=[talk.reference]),
    ):
        assert f'href="{url}"' in response.content.decode()


def test_mine_is_what_is_assigned_to_me_or_to_no_one_and_leadership_begins_with_what_it_alone_decides(client, ops, lead):
    """EL-16"""
    make.residency_in_review(product="Ours", reviewer=ops)
    drafted = make.residency_in_review(product="Drafted", reviewer=make.ops())
    make.find_all(drafted, by=drafted.reviews.get().assignee)
    make.submitted_residency(product="Unassigned")
    late = residency("live", product="Late")
    Residency.objects.filter(pk=late.pk).update(graduation_due_on=timezone.localdate() - datetime.timedelta(days=3))

    def shown(user, **query):
        client.force_login(user)
        return text(client.get(reverse("home"), query)).partition("Clocks to graduation")

    mine, _clocks, side = shown(ops)
    assert "Ours" in mine
    assert "Unassigned" in mine
    assert "3 days late Open the graduation plan" in mine
    assert "Drafted" not in mine + side.partition("Pipeline")[0]
    everyones = shown(ops, who="everyone")
    assert "Drafted: All 6 conditions drafted, waiting for leadership to decide" in everyones[2], "it waits for others"
    leads = shown(lead)[0]
    assert leads.index("Only leadership can decide") < leads.index("Give more time") < leads.index("Qualify or decline : Drafted")
    assert "Start the review" not in leads


def test_the_week_ahead_is_in_the_order_of_its_days(client, ops):
    """EL-52, EL-84: conversations, signatures and graduations that are due, from today on."""
    today = timezone.localdate()
    version = agreements.circulated(residency=make.qualified_residency(product="Signed soon"), by=ops)
    template = version.agreement.template_version
    asked_on = timezone.now() - datetime.timedelta(days=template.signing_days - 5)
    Invitation.objects.filter(version=version).update(made_at=asked_on)
    due = residency("live", product="Home soon")
    Residency.objects.filter(pk=due.pk).update(graduation_due_on=today + datetime.timedelta(days=2))
    client.force_login(ops)
    page = text(client.get(reverse("home"), {"who": "everyone"}))
    week = page.partition("The week ahead")[2].partition("Pipeline")[0]
    assert week.index("Graduation due , Home soon") < week.index("signatures due , Signed soon")
    assert "Send reminders : Signed soon" in page, "due within the week, so it needs the lab"


def test_a_snoozed_line_is_away_until_its_day_for_that_account_alone(client, ops, time_machine):
    """It can be undone, ends by itself, and what is overdue stays away for a week at most."""
    today = timezone.localdate()
    days = lambda count: (today + datetime.timedelta(days=count)).isoformat()
    long_ago = today - datetime.timedelta(days=40)
    talk = residency("in_residence", product="Talking", started_on=long_ago)
    conversation_actions.open_conversation(talk, expectation="Time", raised_by="The lab", by=ops, on=long_ago)
    key = f"conversation/{talk.conversations.get().pk}"
    needed = lambda: "Hold the conversation" in text(client.get(reverse("home")))
    client.force_login(ops)

    too_long = client.post(reverse("snooze"), {"line": key, "until": days(8)})
    assert too_long.status_code == 409
    assert "This is overdue, so it can be snoozed for a week at most" in text(too_long)
    assert "Choose a date" in text(client.post(reverse("snooze"), {"line": key, "until": ""}, follow=True))
    assert "no longer on your list" in text(client.post(reverse("snooze"), {"line": "conversation/0", "until": days(1)}, follow=True))
    assert needed()

    done = client.post(reverse("snooze"), {"line": key, "until": days(7)}, follow=True)
    assert "“Conversation not held yet · Talking” is snoozed until" in text(done)
    assert "1 snoozed" in text(done)
    assert not needed()
    undo = reverse("snooze-end", args=[Snooze.objects.get().pk])
    client.force_login(account("lab_ops"))
    assert needed(), "a colleague's home is their own"
    assert client.post(undo).status_code == 404
    client.force_login(ops)
    assert "is back on your list" in text(client.post(undo, follow=True))
    assert needed()

    client.post(reverse("snooze"), {"line": key, "until": days(2)})
    client.post(reverse("snooze"), {"line": key, "until": days(3)})
    for passed, is_needed in ((2, False), (3, True)):
        time_machine.move_to(NOW + datetime.timedelta(days=passed))
        client.force_login(ops)
        assert needed() == is_needed
    assert Snooze.objects.ended(timezone.localdate()).exists(), "forgotten by the next clean-up"


@pytest.mark.parametrize(("due_in", "latest_in"), [(None, 90), (-40, 7), (0, 7), (3, 7), (30, 30), (200, 90)])
def test_a_line_comes_back_by_the_day_it_is_due_or_after_a_week(due_in, latest_in):
    due_on = None if due_in is None else TODAY + datetime.timedelta(days=due_in)
    assert latest_day(due_on, TODAY) == TODAY + datetime.timedelta(days=latest_in)


def test_a_team_whose_role_checks_are_met_is_not_listed(client, ops):
    """EL-42"""
    talk = residency("agreement", product="Ready")
    for role, more in (("product_owner", {"agile_trained_on": datetime.date(2026, 1, 5), "band": 3}), ("devops", {"is_senior": True})):
        seat(talk, by=ops, role=role, **more)
    client.force_login(ops)
    assert "Fix " not in text(client.get(reverse("home"), {"who": "everyone"}))


def test_clocks_of_all_live_products_show_the_late_first(client, viewer):
    """EL-83"""
    today = timezone.localdate()
    for product, days in (("Near", 20), ("Late", -3), ("Far", 161)):
        row = residency("live", product=product)
        Residency.objects.filter(pk=row.pk).update(graduation_due_on=today + datetime.timedelta(days=days))
    client.force_login(viewer)
    clocks = text(client.get(reverse("home"))).partition("Clocks to graduation")[2].partition("The week ahead")[0]
    assert clocks.index("3 days late Late") < clocks.index("20 days left Near") < clocks.index("161 days left Far")


def test_a_viewer_sees_how_things_stand_and_nothing_to_do(client, viewer):
    make.submitted_residency(product="Waiting")
    client.force_login(viewer)
    shown = text(client.get(reverse("home")))
    assert "Pipeline" in shown
    assert "Waiting" in shown
    assert "Only leadership" not in shown
    assert "Start the review" not in shown


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
    assert "1 message could not be sent" in text(response)
    assert f'href="{reverse("outbox")}?state=failed"' in response.content.decode()
    assert "Email isn’t going out" not in text(response)
    health.done(health.SWEEP, timezone.now() - datetime.timedelta(minutes=3))
    assert "Reminders haven’t been checked since" in text(client.get(reverse("home")))
    assert "Reminders haven’t been checked since" in text(client.get(reverse("outbox")))


def test_an_applicant_who_keeps_nothing_is_told_how_to_begin(client):
    client.force_login(make.applicant())
    assert "No residencies yet" in text(client.get(reverse("home")))


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
    """The second time lines, dates, clocks, figures and the pipeline are remembered."""
    many(count)
    health.done(health.SWEEP, timezone.now())
    client.force_login(ops)
    client.get(reverse("home"))
    with django_assert_num_queries(6):
        client.get(reverse("home"))
    caches["ledger"].clear()
    with django_assert_num_queries(81):
        client.get(reverse("home"))


def test_what_somebody_outside_waits_for_comes_before_older_work_and_all_of_it_can_be_seen(client, ops):
    """EL-16, EL-29: a decline of today before what has waited for weeks within the lab."""
    invitation = agreements.to_sign(agreements.circulated(by=ops))[0]
    decline(invitation, "No budget.", by=as_party(invitation))
    for _number in range(14):
        residency("qualified", state_since=timezone.now() - datetime.timedelta(days=40))
    client.force_login(ops)
    shown = client.get(reverse("home"), {"who": "everyone"})
    html = shown.content.decode()
    assert re.findall(r'<h2 id="todo-\w+">([^<]+)</h2>', html) == ["This week", "Waiting longest"]
    assert invitation.party.person.name in re.findall(r'<span class="todo-title">([^<]+)</span>', html)[0]
    assert shown.context["lab"].everyone == 16, "its team is not ready either"
    assert "Show 4 more" in text(shown)
    assert 'href="?who=everyone&amp;all=1#todo"' in html
    whole = client.get(reverse("home"), {"who": "everyone", "all": "1"})
    assert "more" not in text(whole).split("The week ahead")[0]
    assert whole.content.decode().count('class="todo-title"') == 16


def test_a_form_of_a_remembered_home_is_sent_with_the_token_of_who_opened_it(ops):
    """EL-16: what is remembered holds nobody's token."""
    make.submitted_residency()
    for _visit in range(2):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(ops)
        html = browser.get(reverse("home")).content.decode()
        form = html.split(f'action="{reverse("snooze")}"')[1]
        fields = {name: re.findall(f'name="{name}" value="([^"]+)"', form)[0] for name in ("csrfmiddlewaretoken", "line")}
        assert browser.post(reverse("snooze"), fields | {"until": TOMORROW, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
        assert browser.post(reverse("snooze"), fields | {"until": TOMORROW}).status_code == 302
        ops.snoozes.all().delete()


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
    conversation_actions.open_conversation(talk, expectation="Time", raised_by="The lab", by=ops)
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
    board = {column.state: (column.count, column.more_than) for column in client.get(reverse("home")).context["columns"]}
    assert board["live"] == (4, 3)
    assert board["qualified"] == (3, 0)
    assert board["draft"] == (0, 0)
    assert "Live more than 3" in text(client.get(reverse("home")))
