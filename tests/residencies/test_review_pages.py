"""The queue and the review over HTTP."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from residencies.lifecycle import residency as residency_acts
from residencies.models import ConditionFinding, Residency, Review
from residencies.review import actions
from tests.factories import account
from tests.residencies.factories import (
    applicant,
    complete_draft,
    find_all,
    lead,
    ops,
    program_area,
    qualified_residency,
    residency_in_review,
    submitted_residency,
)
from tests.web.browsing import form_with

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client()
    client.force_login(user, backend="labportal.accounts.Backend")
    return client


def url(name, residency, *more):
    return reverse(name, args=[residency.reference, *more])


def post(client, address, data=None):
    return client.post(address, {"submission": str(uuid.uuid4()), **(data or {})})


@pytest.fixture
def owner():
    return applicant(email="owner@example.test")


@pytest.fixture
def officer():
    return ops(name="Kofi Marchbanks")


@pytest.fixture
def in_review(owner, officer):
    return residency_in_review(by=owner, reviewer=officer)


# ── The queue ────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_oldest_first_with_days_waiting(officer):
    """EL-16"""
    old, new = submitted_residency(product="Old One"), submitted_residency(product="New One")
    Review.objects.filter(residency=old).update(opened_at=timezone.now() - datetime.timedelta(days=9))
    response = browser(officer).get(reverse("review-queue"))

    assert [review.residency.product for review in response.context["page"]] == [old.product, new.product]
    assert "9 days" in response.content.decode()


def test_an_intake_leaves_the_queue_when_it_goes_back_or_is_answered(officer):
    residency_in_review(reviewer=officer)
    qualified_residency(reviewer=officer)
    assert len(browser(officer).get(reverse("review-queue")).context["page"]) == 1


def test_the_queue_narrows_to_mine_and_to_nobodys(officer):
    """EL-16"""
    mine, other = submitted_residency(), submitted_residency()
    residency_acts.assign(mine, to=officer, by=officer)
    page = browser(officer)

    assert [r.residency for r in page.get(reverse("review-queue"), {"who": "mine"}).context["page"]] == [mine]
    assert [r.residency for r in page.get(reverse("review-queue"), {"who": "unassigned"}).context["page"]] == [other]
    assert "No matching intakes" in browser(ops()).get(reverse("review-queue"), {"who": "mine"}).content.decode()


def test_an_empty_queue_says_so(officer):
    assert "No intakes to review" in browser(officer).get(reverse("review-queue")).content.decode()


def test_an_intake_is_assigned_in_place_and_leads_back(officer):
    """EL-16"""
    residency = submitted_residency()
    response = post(browser(officer), url("review-assign", residency), {"to": officer.pk, "next": "/residencies/review/?who=mine"})

    assert response.url == "/residencies/review/?who=mine"
    assert residency.reviews.get().assignee == officer


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_assigning_leads_nowhere_else(officer, elsewhere):
    """D3-21"""
    response = post(browser(officer), url("review-assign", submitted_residency()), {"to": officer.pk, "next": elsewhere})
    assert response.url == reverse("review-queue")


def test_an_intake_is_not_assigned_to_somebody_outside_the_lab(officer, owner):
    residency = submitted_residency(by=owner)
    post(browser(officer), url("review-assign", residency), {"to": owner.pk})
    assert Residency.objects.get(pk=residency.pk).owner is None


def test_the_queue_costs_the_same_for_one_and_for_many(officer):
    """EL-16: no number that grows with the list."""
    browser_page, costs = browser(officer), []
    for _round in range(2):
        for _number in range(3):
            submitted_residency()
        with CaptureQueriesContext(connection) as queries:
            browser_page.get(reverse("review-queue"))
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12


# ── Who may ──────────────────────────────────────────────────────────────────────────────────


def test_applicants_see_neither_queue_nor_review(in_review, owner):
    page = browser(owner)
    assert page.get(reverse("review-queue")).status_code == 403
    assert page.get(url("review", in_review)).status_code == 403


@pytest.mark.parametrize("name", ["review-take-up", "review-ask", "review-qualify", "review-decline", "review-assign"])
@pytest.mark.parametrize("role", ["product_owner", "viewer"])
def test_neither_applicants_nor_viewers_carry_out_a_review(in_review, owner, name, role):
    """D3-36"""
    user = owner if role == "product_owner" else account(role)
    assert post(browser(user), url(name, in_review)).status_code == 403
    assert Residency.objects.get().state == "in_review"


def test_a_draft_is_shown_to_the_lab_and_to_nobody_else(in_review, owner, officer):
    """EL-12: private until sent."""
    actions.decide_condition(in_review.conditions.get(number=2), verdict="not_met", reason="No money is confirmed.", by=officer)

    assert "No money is confirmed." in browser(ops()).get(url("review", in_review)).content.decode()
    auditor = browser(account("viewer")).get(url("review", in_review))
    assert "No money is confirmed." not in auditor.content.decode()
    assert "Draft, only the lab sees this" not in auditor.content.decode()
    assert not any(case.draft for case, _form in auditor.context["pairs"])
    assert "No money is confirmed." not in browser(owner).get(url("intake", in_review)).content.decode()

    actions.decline(in_review, reason="Too early.", referred_to="network", by=lead())
    assert "No money is confirmed." in browser(owner).get(url("intake", in_review)).content.decode()


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────


def drafts(**written):
    """What the review's one form sends: verdict, reason and the version seen, by condition such as `c1`."""
    return {
        f"{name}-{field}": value
        for name, values in written.items()
        for field, value in zip(("verdict", "reason", "shown_revision"), values, strict=True)
    }


def test_what_was_typed_on_every_condition_is_saved_together(in_review, officer):
    """EL-12, K12: saving one condition lost what was typed on the others."""
    data = drafts(c1=("met", "312 calls were read.", 0), c4=("not_met", "Who stays?", 0), c5=("", "", 0))
    response = post(browser(officer), url("review-decide", in_review), data)

    assert response.status_code == 302
    drafts_by_number = {draft.condition.number: draft for draft in ConditionFinding.objects.all()}
    assert {number: (draft.verdict, draft.reason) for number, draft in drafts_by_number.items()} == {
        1: ("met", "312 calls were read."), 4: ("not_met", "Who stays?"),
    }  # fmt: skip
    assert {(draft.reviewer, draft.sent_at) for draft in drafts_by_number.values()} == {(officer, None)}


def test_a_finding_without_a_reason_comes_back_with_all_that_was_typed_on_any_condition(in_review, officer):
    response = post(browser(officer), url("review-decide", in_review), drafts(c1=("met", "", 0), c2=("met", "It is funded.", 0)))

    forms = {case.number: form for case, form in response.context["pairs"]}
    assert forms[1].errors.keys() == {"reason"}
    assert forms[1]["verdict"].value() == "met"
    assert forms[2]["reason"].value() == "It is funded."
    assert not ConditionFinding.objects.exists()


def test_two_reviewers_of_one_condition_are_shown_both_texts_and_lose_no_other(in_review, officer):
    actions.decide_condition(in_review.conditions.get(number=1), verdict="met", reason="Theirs", by=officer)
    response = post(browser(ops()), url("review-decide", in_review), drafts(c1=("not_met", "Mine", 0), c2=("met", "Mine too", 0)))

    body = response.content.decode()
    assert response.status_code == 409
    assert all(words in body for words in ("Theirs", "Mine", "Mine too"))
    assert ConditionFinding.objects.get().reason == "Theirs"


def test_a_draft_that_was_only_shown_is_not_saved_over_what_a_colleague_wrote_since(in_review, officer):
    """EL-12: all six are sent together; those that nobody touched say nothing."""
    condition = in_review.conditions.get(number=1)
    actions.decide_condition(condition, verdict="met", reason="Old", by=officer)
    other = browser(ops())
    form = form_with(other.get(url("review", in_review)), "c1-reason", "c2-reason")
    actions.decide_condition(condition, verdict="not_met", reason="New", by=officer)
    response = other.post(form.action, {**form.fields, "c2-verdict": "met", "c2-reason": "It is funded."})
    assert response.status_code == 302
    assert {draft.condition.number: draft.reason for draft in ConditionFinding.objects.all()} == {1: "New", 2: "It is funded."}


def leave_a_field(client, residency, data):
    """What htmx sends as a field is left: the whole form without its submission id."""
    return client.post(url("review-decide", residency), data, headers={"HX-Request": "true"})


def test_a_finding_is_saved_as_its_field_is_left_and_one_without_a_reason_waits(in_review, officer):
    """EL-12: what isn't complete holds up no other, and no field is touched by the answer."""
    response = leave_a_field(browser(officer), in_review, drafts(c1=("met", "312 calls were read.", 0), c2=("met", "", 0)))

    body = response.content.decode()
    assert ConditionFinding.objects.get().condition.number == 1
    assert all(words in body for words in ("Saved ", "Condition 2 isn’t saved yet.", 'name="c1-shown_revision" value="1"'))
    assert "<textarea" not in body


def test_a_field_that_is_left_never_saves_over_a_colleague_but_shows_both_until_the_button_is_pressed(in_review, officer):
    """EL-12: and the other findings go on being saved."""
    actions.decide_condition(in_review.conditions.get(number=1), verdict="met", reason="Theirs", by=officer)
    page, mine = browser(ops()), {"c1": ("not_met", "Mine", 0), "c2": ("met", "Mine too", 0)}
    body = leave_a_field(page, in_review, drafts(**mine)).content.decode()
    assert all(words in body for words in ("Theirs", "Mine", "Condition 1 isn’t saved yet."))

    held = drafts(**mine | {"c1": ("not_met", "Mine", 1)}) | {"c1-held": "on"}
    leave_a_field(page, in_review, held)
    assert {draft.condition.number: draft.reason for draft in ConditionFinding.objects.all()} == {1: "Theirs", 2: "Mine too"}
    post(page, url("review-decide", in_review), held | {"c2-shown_revision": "1"})
    assert ConditionFinding.objects.get(condition__number=1).reason == "Mine"


def test_six_conditions_are_reviewed_and_handed_over_in_at_most_fifteen_interactions(in_review, officer):
    """EL-12, EL-14: open the review, choose and write six times, hand over."""
    lead()
    page = browser(officer)
    form = form_with(page.get(url("review", in_review)), "c1-reason", "c6-reason")
    answers = {f"c{n}-{name}": value for n in range(1, 7) for name, value in (("verdict", "met"), ("reason", f"Seen in case {n}."))}
    response = page.post(form.action, {**form.fields, **answers, "hand_over": "yes"}, follow=True)

    assert len(["open", *answers, "hand over"]) <= 15
    assert "waiting for leadership to decide" in response.content.decode()


def test_a_refused_qualification_names_every_unmet_condition(in_review, officer):
    """EL-13, EL-04"""
    actions.decide_condition(in_review.conditions.get(number=1), verdict="met", reason="Seen.", by=officer)
    response = post(browser(lead()), url("review-qualify", in_review))

    body = response.content.decode()
    assert response.status_code == 409
    assert "5 things are missing" in body
    assert "Review 5 conditions" in body
    assert Residency.objects.get().state == "in_review"
    assert not ConditionFinding.objects.filter(sent_at__isnull=False).exists()


def test_leadership_qualifies_and_the_program_area_reads_every_reason(in_review, owner, officer):
    """EL-12, EL-13"""
    find_all(in_review, by=officer)
    assert post(browser(lead()), url("review-qualify", in_review)).status_code == 302

    body = browser(owner).get(url("intake", in_review)).content.decode()
    assert "Seen for condition 6." in body
    assert Residency.objects.get().state == "qualified"


def test_operations_are_not_offered_what_leadership_decides(in_review, officer):
    context = browser(officer).get(url("review", in_review)).context
    assert context["qualify_form"] is None
    assert context["decline_form"] is None
    assert context["ask_form"] is not None
    assert post(browser(officer), url("review-qualify", in_review)).status_code == 403


def test_asking_for_nothing_is_refused_and_a_question_sends_it_back(in_review, officer, owner):
    """EL-14"""
    page = browser(officer)
    assert post(page, url("review-ask", in_review)).status_code == 409
    assert post(page, url("review-ask", in_review), {"question": "Who pays after year one?"}).status_code == 302

    assert "Who pays after year one?" in browser(owner).get(url("intake-questions", in_review)).content.decode()
    assert Residency.objects.get().state == "draft"


def test_a_decline_needs_a_reason_and_a_referral(in_review):
    """EL-14"""
    page = browser(lead())
    response = post(page, url("review-decline", in_review), {"reason": "Too small."})
    assert response.context["decline_form"].errors.keys() == {"referred_to"}

    assert post(page, url("review-decline", in_review), {"reason": "Too small.", "referred_to": "rapid"}).status_code == 302
    assert Residency.objects.get().referred_to == "rapid"


def test_a_double_press_starts_one_review(officer):
    residency = submitted_residency()
    page, token = browser(officer), str(uuid.uuid4())
    assert [page.post(url("review-take-up", residency), {"submission": token}).status_code for _press in range(2)] == [302, 302]
    assert residency.stream.events.filter(act="taken-up").count() == 1


def test_a_review_that_was_taken_up_meanwhile_is_said_not_broken(officer):
    residency = residency_in_review()
    assert post(browser(officer), url("review-take-up", residency)).status_code == 409


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "qualified"])
def test_the_review_opens_at_every_state(state, officer):
    make = {"draft": complete_draft, "submitted": submitted_residency, "in_review": residency_in_review, "qualified": qualified_residency}[
        state
    ]
    residency = make(area=program_area())
    for user in (officer, lead(), account("viewer")):
        assert browser(user).get(url("review", residency)).status_code == 200
