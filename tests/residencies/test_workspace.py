"""A residency's pages: moves with every gate said, edits that are never lost, history in sentences."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from people.models import Role
from residencies import actions
from residencies.lifecycle import MoveRefused, findings_before
from residencies.models import Conversation, GraduationPlan, Residency
from residencies.rules import PLAN_PARTS
from residencies.states import State
from tests.factories import account
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def enter(client, *roles, **fields):
    user = account(*roles, **fields)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def plan_home(live):
    GraduationPlan.objects.filter(residency=live).update(**dict.fromkeys(PLAN_PARTS, "Written."), carried_out_on=TODAY())


@pytest.mark.parametrize(("verb", "state", "role"), [
    ("start", State.AGREEMENT, Role.LAB_OPS),
    ("go_live", State.IN_RESIDENCE, Role.LAB_OPS),
    ("graduate", State.LIVE, Role.LAB_OPS),
    ("pivot", State.LIVE, Role.LAB_LEAD),
])  # fmt: skip
def test_a_refused_move_lists_every_gate_that_is_unmet_with_a_link_to_mend_it(client, verb, state, role):
    """EL-04: on looking and on trying alike; nothing is written."""
    enter(client, role)
    it = residency(state)
    url = reverse("residency-move", args=[it.reference, verb])
    sent = {"on": TODAY().isoformat(), "reason": "Because", "reintegrated_into": "Home", "note": ""}
    for response in (client.get(url), client.post(url, sent)):
        assert response.status_code == (200 if response.request["REQUEST_METHOD"] == "GET" else 409)
        page = response.content.decode()
        findings = findings_before(verb, it, TODAY())
        assert findings
        assert {finding.code for finding in findings} == {finding.code for finding in response.context["stands"].findings}
        for place in {finding.place for finding in findings if finding.place}:
            assert reverse(place, args=[it.reference]) in page
    it.refresh_from_db()
    assert it.state == state
    assert not Event.objects.filter(stream=it.stream).exists()


def test_a_team_whose_plan_is_carried_out_graduates_once_however_often_the_button_is_pressed(client):
    """EL-82; the second press of the same form is led where the first one went."""
    enter(client, Role.LAB_OPS)
    it = residency(State.LIVE)
    plan_home(it)
    url = reverse("residency-move", args=[it.reference, "graduate"])
    form = client.get(url).context["form"]
    sent = {"submission": str(form.initial["submission"]), "on": TODAY().isoformat(), "reintegrated_into": "Parks Branch"}
    for _press in range(2):
        assert client.post(url, sent)["Location"] == it.get_absolute_url()
    it.refresh_from_db()
    assert (it.state, it.reintegrated_into) == (State.GRADUATED, "Parks Branch")
    assert list(Event.objects.filter(stream=it.stream).values_list("act", flat=True)) == ["graduated"]


def test_a_day_to_come_opens_no_gate():
    """EL-04: what is only planned for that day would count as there."""
    it = residency(State.LIVE)
    plan_home(it)
    with pytest.raises(MoveRefused) as refused:
        actions.graduate(it, on=TODAY() + datetime.timedelta(days=1), reintegrated_into="Home", by=account(Role.LAB_OPS))
    assert refused.value.codes == {"day-to-come"}
    assert refused.value.met == ["The graduation plan was carried out."]


def test_a_team_does_not_graduate_before_it_went_live():
    it = residency(State.LIVE)
    plan_home(it)
    with pytest.raises(MoveRefused) as refused:
        actions.graduate(it, on=it.live_on - datetime.timedelta(days=1), reintegrated_into="Home", by=account(Role.LAB_OPS))
    assert "day-too-early" in refused.value.codes


@pytest.mark.parametrize(("verb", "state"), [("start", State.AGREEMENT), ("pivot", State.LIVE)])
def test_whoever_does_not_decide_a_move_does_not_see_its_page(client, verb, state):
    owner = enter(client, Role.PRODUCT_OWNER)
    it = residency(state, kept_by=owner)
    assert client.get(reverse("residency-move", args=[it.reference, verb])).status_code == 403


def test_a_move_that_has_a_page_of_its_own_or_is_none_is_not_found(client):
    enter(client, Role.LAB_OPS, Role.LAB_LEAD)
    it = residency(State.IN_REVIEW)
    for verb in ("qualify", "submit", "fly"):
        assert client.get(reverse("residency-move", args=[it.reference, verb])).status_code == 404


def test_the_program_area_can_withdraw_with_a_reason_and_not_without(client):
    owner = enter(client, Role.PRODUCT_OWNER)
    it = residency(State.DRAFT, kept_by=owner)
    url = reverse("residency-move", args=[it.reference, "withdraw"])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "The budget went elsewhere."}).status_code == 302
    assert Residency.objects.get(pk=it.pk).end_reason == "The budget went elsewhere."


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_a_workspace_with_one_first_step_at_most(client, state):
    enter(client, Role.LAB_OPS, Role.LAB_LEAD)
    it = residency(state)
    page = client.get(it.get_absolute_url()).content.decode()
    assert page.count("<h1") == 1
    assert page.count("btn btn-primary") <= 1
    assert str(State(state).label) in page


def test_an_edit_that_comes_second_overwrites_nothing_and_shows_both(client):
    by = enter(client, Role.LAB_OPS)
    it = residency(State.DRAFT, product="First name")
    url = reverse("residency-edit", args=[it.reference])
    actions.edit_residency(it, expected=it.version, by=by, product="Theirs")
    page = client.post(url, {"version": 1, "product": "Mine", "problem": it.problem})
    assert page.status_code == 422
    assert "Theirs" in page.content.decode()
    assert "Mine" in page.content.decode()
    assert Residency.objects.get(pk=it.pk).product == "Theirs"
    assert client.post(url, {"version": 2, "product": "Mine", "problem": it.problem}).status_code == 302
    assert Residency.objects.get(pk=it.pk).product == "Mine"


def test_an_edited_plan_comes_back_to_the_refused_step_that_sent_here(client):
    enter(client, Role.LAB_OPS)
    it = residency(State.LIVE)
    back = reverse("residency-move", args=[it.reference, "graduate"])
    url = reverse("graduation-plan", args=[it.reference])
    assert client.post(url, {"version": 1, "home": "Parks", "next": back})["Location"] == back
    assert client.post(url, {"version": 2, "home": "Lands", "next": "//evil.example"})["Location"] == reverse(
        "graduation", args=[it.reference]
    )


def test_more_time_is_given_by_leadership_alone_with_a_reason_and_stays_on_record(client):
    """EL-83"""
    it = residency(State.LIVE)
    url = reverse("graduation-extend", args=[it.reference])
    later = it.graduation_due_on + datetime.timedelta(days=30)
    enter(client, Role.LAB_OPS)
    assert client.post(url, {"to_on": later.isoformat(), "reason": "Fires"}).status_code == 403
    enter(client, Role.LAB_LEAD)
    assert client.post(url, {"to_on": it.graduation_due_on.isoformat(), "reason": "Fires"}).status_code == 422
    assert client.post(url, {"to_on": later.isoformat(), "reason": "Fires"}).status_code == 302
    assert Residency.objects.get(pk=it.pk).graduation_due_on == later
    assert "Fires" in client.get(reverse("graduation", args=[it.reference])).content.decode()


def test_a_conversation_is_opened_held_and_opens_the_way_to_a_pivot(client):
    """EL-84, EL-85"""
    enter(client, Role.LAB_OPS, Role.LAB_LEAD)
    it = residency(State.LIVE)
    client.post(reverse("conversation-open", args=[it.reference]), {"expectation": "Full time", "raised_by": "Sam Ode"})
    talk = Conversation.objects.get(residency=it)
    held = {"version": 1, "held_on": TODAY().isoformat(), "present": "All six groups", "outcome": "pivot"}
    assert client.post(reverse("conversation-hold", args=[it.reference, talk.pk]), held).status_code == 302
    pivot = {"on": TODAY().isoformat(), "reason": "The mandate moved."}
    assert client.post(reverse("residency-move", args=[it.reference, "pivot"]), pivot).status_code == 302
    assert Residency.objects.get(pk=it.pk).state == State.PIVOTED
    assert client.post(reverse("conversation-open", args=[it.reference]), {"expectation": "x", "raised_by": "y"}).status_code == 422


def test_the_history_tells_who_changed_what_from_what_in_words(client):
    """EL-06, EL-07"""
    by = enter(client, Role.LAB_OPS, name="Olive Tremblay")
    it = residency(State.DRAFT, product="Old name")
    actions.edit_residency(it, expected=1, by=by, product="New name")
    actions.enter_phase(it, "align", on=TODAY(), by=by)
    page = client.get(reverse("residency-history", args=[it.reference])).content.decode()
    assert "Product: from “Old name” to “New name”" in page
    assert "From: Apply · To: Align" in page
    assert "Olive Tremblay" in page
    assert "{" not in page.split('class="timeline"')[1].split("</ol>")[0]


def test_a_sign_is_ticked_with_a_note_and_taken_back_on_record(client):
    """EL-05"""
    enter(client, Role.LAB_OPS)
    it = residency(State.IN_RESIDENCE)
    url = reverse("phase-sign", args=[it.reference])
    client.post(url, {"sign": "align-engaged", "note": "Seen at the session"})
    assert "Seen at the session" in client.get(reverse("residency-phases", args=[it.reference])).content.decode()
    client.post(url, {"sign": "align-engaged", "holds": "no"})
    assert not it.phase_signs.filter(to_at=None).exists()
    assert it.phase_signs.count() == 1
    assert client.post(url, {"sign": "nothing"}).status_code == 404
