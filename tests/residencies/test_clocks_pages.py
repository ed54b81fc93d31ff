"""The way home on its pages: plan, releases and the clock (EL-80 to EL-83)."""

import datetime

import pytest

from dates.months import months_after
from dates.working_days import on_or_before
from ledger.models import Event
from oversight.trust import openness
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.models import Extension, Release, Residency
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import account
from tests.oversight import trusting
from tests.oversight.task_rows import checklist, plan_part, task, write_plan
from tests.pages import client_of, text
from tests.residencies import rows
from tests.residencies.pages import at, links, send
from web.templatetags.portal import day

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
PLAN = {"note": "Digital branch", "who": "new", "name": "Priya Wenlock", "email": "priya@example.org"}


@pytest.fixture
def desk(ops):
    return client_of(ops)


@pytest.fixture
def resident(owner):
    row = rows.residency(State.IN_RESIDENCE, kept_by=owner)
    checklist(row, GRADUATION_PLAN.code)
    return row


@pytest.fixture
def live(owner):
    return rows.residency(State.LIVE, kept_by=owner)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", ["graduation", "conversations", "residency-history"])
def test_the_tabs_open_at_every_state(desk, state, name):
    assert desk.get(at(name, rows.residency(state))).status_code == 200


def test_what_is_not_written_yet_is_said(desk, resident):
    shown = text(desk.get(at("graduation", resident)))
    assert "8 parts still need text or an owner before the product can go live: Home in the ministry, " in shown
    assert "0 of 8" in shown
    assert "The clock starts when the product goes live" in shown
    assert "No releases yet." in shown


@pytest.mark.parametrize("role", ["viewer", "lab_lead"])
def test_those_who_only_read_are_offered_nothing_to_write(role, resident):
    offered = links(client_of(account(role)).get(at("graduation", resident)))
    assert not offered & {at("graduation-part", resident, plan_part(resident).pk), at("release", resident)}


def test_an_imported_graduate_without_dates_can_be_read(desk):
    past = rows.residency(State.GRADUATED)
    Residency.objects.filter(pk=past.pk).update(before_portal=True, live_on=None, graduation_due_on=None)
    for name in ("residency", "graduation", "conversations", "residency-history", "residency-phases"):
        assert desk.get(at(name, past)).status_code == 200


# ── The plan ─────────────────────────────────────────────────────────────────────────────────


def part_page(residency, code="home"):
    return at("graduation-part", residency, plan_part(residency, code).pk)


def test_each_part_of_the_plan_is_written_in_its_place_by_the_program_side_and_by_operations(resident, owner, ops):
    """EL-81"""
    for revision, user in enumerate((owner, ops), 1):
        page = client_of(user).get(part_page(resident))
        assert 'name="note"' in page.content.decode()
        assert "Ongoing funding" in text(page), "the other parts stay on the page"
        sent = {**PLAN, "note": f"Branch {revision}", "shown_revision": revision}
        response = send(client_of(user), part_page(resident), sent, follow=True)
        assert response.redirect_chain == [(f"{at('graduation', resident)}#home", 302)]
        assert f"Branch {revision}" in text(response)
    assert plan_part(resident).owner.name == "Priya Wenlock"
    assert "7 parts still need text or an owner" in text(response)
    assert resident.stream.events.filter(act="plan-task-planned").count() == 2


def test_words_without_an_owner_are_kept_and_the_owner_is_asked_for(desk, resident):
    """Over several sittings."""
    response = send(desk, part_page(resident), {"note": "Digital branch", "who": "open", "shown_revision": 1}, follow=True)
    assert "8 parts still need text or an owner" in text(response)
    shown = text(desk.get(at("residency-move", resident, "go_live")))
    assert "No one owns this part of the graduation plan: Home in the ministry." in shown


def test_a_part_that_does_not_apply_needs_no_words_and_no_owner(desk, resident):
    """EL-81"""
    write_plan(resident)
    part = plan_part(resident, "vendor-handover", note="", owner=None)
    assert "no vendors" not in text(desk.get(at("graduation", resident)))
    send(desk, at("task-dismiss", resident, part.pk), {"reason": "The team has no vendors.", "shown_revision": part.revision})
    shown = text(desk.get(at("graduation", resident)))
    assert "Not applicable: The team has no vendors." in shown
    assert "before the product can go live" not in shown
    assert "1 of 8" in shown


def test_the_due_date_of_a_part_follows_graduation_unless_it_was_set_by_hand(lead, owner):
    """EL-81, EL-83"""
    live = rows.residency(State.LIVE, kept_by=owner)
    counted, by_hand = plan_part(live), plan_part(live, "funding", due_on=TODAY, due_by_hand=True)
    later = live.graduation_due_on + 60 * DAY
    send(client_of(lead), at("graduation-extend", live), {"to_on": later, "reason": "Hiring takes longer."})
    assert plan_part(live).due_on == on_or_before(months_after(later, -3)) != counted.due_on
    assert plan_part(live, "funding").due_on == by_hand.due_on


def test_a_part_is_marked_as_done_with_evidence_and_the_share_grows(desk, live):
    """EL-81, EL-82"""
    part = plan_part(live)
    page = at("graduation", live)
    sent = {"done_on": TODAY, "url": "https://example.org/letter.pdf", "shown_revision": part.revision, "next": page}
    response = send(desk, at("task-done", live, part.pk), sent, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "1 of 8" in text(response)
    assert at("graduation-part", live, part.pk) not in links(response), "it is reopened on its own page first"
    assert desk.get(at("graduation-part", live, part.pk))["Location"] == at("task", live, part.pk)


def test_the_parts_of_the_plan_are_not_among_the_tasks_a_second_time(desk, resident):
    assert "Home in the ministry" not in text(desk.get(at("tasks", resident)))


def test_after_completing_the_plan_one_is_back_at_the_step(desk, resident):
    step = at("residency-move", resident, "go_live")
    tab = desk.get(at("graduation", resident), {"next": step})
    assert step in links(tab)
    onward = f"{part_page(resident)}?next={step.replace('/', '%2F')}"
    assert f"{onward}#home" in links(tab)
    form = desk.get(onward)
    assert f'name="next" value="{step}"' in form.content.decode()
    assert send(desk, onward, {**PLAN, "shown_revision": 1, "next": step})["Location"] == step


def test_a_step_on_another_site_is_not_gone_back_to(desk, resident):
    response = send(desk, part_page(resident), {**PLAN, "shown_revision": 1, "next": "//evil.example"})
    assert response["Location"] == f"{at('graduation', resident)}#home"


def test_a_task_of_another_list_is_not_a_part_of_the_plan(desk, resident):
    assert desk.get(at("graduation-part", resident, task(resident).pk)).status_code == 404


def test_the_plan_of_a_residency_that_has_ended_is_a_record(desk):
    ended = rows.residency(State.GRADUATED)
    page = part_page(ended)
    assert page not in links(desk.get(at("graduation", ended)))
    assert send(desk, page, {**PLAN, "shown_revision": 1})["Location"] == at("task", ended, plan_part(ended).pk)
    assert plan_part(ended).note == ""


# ── Releases ─────────────────────────────────────────────────────────────────────────────────


def test_alpha_and_beta_are_put_on_record_and_live_is_a_step_of_its_own(desk, resident):
    """EL-80"""
    response = send(desk, at("release", resident), {"stage": "beta", "released_on": TODAY, "note": "Forty growers."}, follow=True)
    assert "Beta" in text(response)
    assert "Forty growers." in text(response)
    assert send(desk, at("release", resident), {"stage": "live", "released_on": TODAY}).status_code == 422
    assert not Release.objects.filter(is_final=True).exists()


def test_a_release_to_come_is_refused_and_nothing_typed_is_lost(desk, resident):
    response = send(desk, at("release", resident), {"stage": "alpha", "released_on": TODAY + DAY, "note": "Soon."})
    assert response.status_code == 409
    assert "That date is in the future." in text(response)
    assert 'value="Soon."' in response.content.decode()
    assert not Release.objects.exists()


# ── The clock ────────────────────────────────────────────────────────────────────────────────


def test_leadership_gives_more_time_with_a_reason_on_record(lead, live):
    """EL-83"""
    later = live.graduation_due_on + 30 * DAY
    response = send(client_of(lead), at("graduation-extend", live), {"to_on": later, "reason": "Hiring takes longer."}, follow=True)
    assert f"{lead.name} moved graduation from" in text(response)
    assert "Hiring takes longer." in text(response)
    assert Residency.objects.get(pk=live.pk).graduation_due_on == later
    assert Extension.objects.get(residency=live).by == lead


@pytest.mark.parametrize("role", ["lab_ops", "product_owner", "viewer"])
def test_nobody_else_gives_more_time(live, role, owner):
    """EL-83"""
    client = client_of(owner if role == "product_owner" else account(role))
    later = live.graduation_due_on + 30 * DAY
    assert at("graduation-extend", live) not in links(client.get(at("graduation", live)))
    assert client.get(at("graduation-extend", live)).status_code == 403
    assert send(client, at("graduation-extend", live), {"to_on": later, "reason": "Please."}).status_code == 403
    assert Residency.objects.get(pk=live.pk).graduation_due_on == live.graduation_due_on


@pytest.mark.parametrize(("days", "reason"), [(0, "Why"), (-1, "Why"), (1, "  ")])
def test_less_time_or_no_reason_is_refused(lead, live, days, reason):
    sent = {"to_on": live.graduation_due_on + days * DAY, "reason": reason}
    assert send(client_of(lead), at("graduation-extend", live), sent).status_code == (409 if reason.strip() else 422)
    assert not Extension.objects.exists()


@pytest.mark.parametrize(("ticked", "status"), [({}, 409), ({"acknowledged": "on"}, 302)])
def test_more_than_twelve_months_are_given_only_when_that_is_meant(lead, live, ticked, status):
    """EL-83: a year mistyped is asked about before it moves anything."""
    client, far = client_of(lead), live.graduation_due_on.replace(year=live.graduation_due_on.year + 4)
    response = send(client, at("graduation-extend", live), {"to_on": far, "reason": "Hiring.", **ticked})
    assert response.status_code == status
    assert Extension.objects.count() == (status == 302)
    if status == 422:
        assert f"from {day(live.graduation_due_on)} to {day(far)}, by more than twelve months" in text(response)


def test_a_date_given_by_mistake_is_corrected_and_both_stay_on_record(lead, live):
    """EL-83"""
    client, first = client_of(lead), live.graduation_due_on
    send(client, at("graduation-extend", live), {"to_on": first + 300 * DAY, "reason": "Hiring."})
    page = text(client.get(at("graduation-extend", live)))
    assert f"Graduation is now due on {day(first + 300 * DAY)}." in page
    assert f"to any date from {day(first)}" in page
    assert send(client, at("graduation-extend", live), {"to_on": first - DAY, "reason": "Too early."}).status_code == 409
    shown = send(client, at("graduation-extend", live), {"to_on": first + 30 * DAY, "reason": "The month was wrong."}, follow=True)
    assert f"moved from {day(first + 300 * DAY)} to {day(first + 30 * DAY)}" in text(shown)
    assert "The month was wrong." in text(shown)
    acts = live.stream.events.order_by("seq").values_list("act", flat=True)
    assert list(acts)[-2:] == ["graduation-extended", "graduation-corrected"]


def test_a_residency_without_a_clock_gets_no_more_time(lead, resident):
    response = send(client_of(lead), at("graduation-extend", resident), {"to_on": TODAY + DAY, "reason": "Why"})
    assert response.status_code == 409
    assert "Only a live residency has a graduation date to move." in text(response)


@pytest.mark.parametrize(
    ("left", "words"), [(40, "40 days to graduation"), (1, "1 day to graduation"), (0, "0 days to graduation"), (-3, "3 days late")]
)
def test_the_clock_says_how_long_is_left_or_how_late_it_is(desk, live, left, words):
    """EL-83"""
    Residency.objects.filter(pk=live.pk).update(graduation_due_on=TODAY + left * DAY)
    assert words in text(desk.get(live.get_absolute_url()))


@pytest.mark.parametrize("name", ["residency", "team", "graduation", "agreement", "residency-history", "value"])
def test_the_clock_is_at_the_head_of_every_page_of_a_live_residency(desk, live, name):
    """EL-83"""
    Residency.objects.filter(pk=live.pk).update(graduation_due_on=TODAY - 3 * DAY)
    assert "3 days late" in text(desk.get(at(name, live), follow=True))


# ── The final release is corrected ───────────────────────────────────────────────────────────


def with_release(row):
    Release.objects.create(residency=row, stage="live", released_on=row.live_on, is_final=True)
    Residency.objects.filter(pk=row.pk).update(started_on=row.live_on - 90 * DAY)
    return Residency.objects.select_related("stream").get(pk=row.pk)


def correction(row, **facts):
    return {"live_on": row.live_on + 10 * DAY, "reason": "The release slipped to that day.", "shown_revision": row.revision, **facts}


def test_the_date_of_the_final_release_is_corrected_and_clock_and_due_dates_follow(lead, live):
    """EL-80: by leadership, with a reason; both dates are in history, and one release stays the final one."""
    live = with_release(live)
    checklist(live, GRADUATION_PLAN.code)
    client, before = client_of(lead), live.graduation_due_on
    assert at("release-correct", live) in links(client.get(at("graduation", live)))
    shown = send(client, at("release-correct", live), correction(live), follow=True)
    assert f"The final release is now dated {day(live.live_on + 10 * DAY)}" in text(shown)
    after = Residency.objects.get(pk=live.pk)
    assert (after.live_on, after.graduation_due_on) == (live.live_on + 10 * DAY, months_after(live.live_on + 10 * DAY, 6))
    assert [(row.released_on, row.is_final) for row in live.releases.all()] == [(after.live_on, True)]
    moved = Event.objects.get(stream=live.stream, act="tasks-moved")
    assert moved.facts["count"]
    facts = Event.objects.get(stream=live.stream, act="release-corrected").facts
    assert (facts["from"], facts["to"], facts["due"]) == (str(live.live_on), str(after.live_on), str(after.graduation_due_on))
    assert "The release slipped to that day." in text(client.get(at("residency-history", live)))
    assert before != after.graduation_due_on


def test_more_time_that_was_given_is_kept_when_the_release_is_corrected(lead, live):
    """EL-80, EL-83: leadership named that day; it moves only if it would be before the earliest one."""
    live = with_release(live)
    later = live.graduation_due_on + 30 * DAY
    send(client_of(lead), at("graduation-extend", live), {"to_on": later, "reason": "Hiring takes longer."})
    send(client_of(lead), at("release-correct", live), correction(live))
    assert Residency.objects.get(pk=live.pk).graduation_due_on == later


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"live_on": TODAY + DAY}, "in the future"),
        ({"live_on": datetime.date(2019, 1, 1)}, "before"),
        ({"reason": " "}, "This field is required"),
    ],
)
def test_a_correction_to_an_impossible_day_or_without_a_reason_is_refused(lead, live, facts, words):
    """EL-80"""
    live = with_release(live)
    shown = send(client_of(lead), at("release-correct", live), correction(live, **facts))
    assert shown.status_code in (409, 422)
    assert words in text(shown)
    assert Residency.objects.get(pk=live.pk).live_on == live.live_on


def test_only_leadership_corrects_the_final_release_and_only_while_it_is_live(live, ops, lead, resident):
    """EL-80"""
    live = with_release(live)
    assert client_of(ops).get(at("release-correct", live)).status_code == 403
    assert at("release-correct", live) not in links(client_of(ops).get(at("graduation", live)))
    assert send(client_of(lead), at("release-correct", resident), correction(live)).status_code == 409


# ── What isn't open ──────────────────────────────────────────────────────────────────────────


def test_the_plans_for_what_is_not_open_are_beside_the_graduation_plan(desk, live):
    """EL-57: with owner, date and review; a closed plan isn't there."""
    row = trusting.plan(live)
    shown = desk.get(at("graduation", live))
    assert row.closed_part in text(shown)
    assert at("openness-plan", live, row.pk) in links(shown)
    openness.close_plan(row, outcome="It is open.", shown_revision=row.revision, by=account("lab_ops"))
    assert row.closed_part not in text(desk.get(at("graduation", live)))
