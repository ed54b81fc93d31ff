"""The intake over HTTP: who may write, nothing is lost, nothing is sent twice."""

import uuid
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from residencies.intake import actions as intake_actions
from residencies.lifecycle import residency as residency_acts
from residencies.models import Evidence, Intake, Membership, Ministry, Need, Question, Residency
from residencies.review import actions as review_actions
from tests.factories import account
from tests.pdfs import PDF
from tests.residencies.factories import (
    acts_of,
    applicant,
    complete_draft,
    draft_residency,
    ops,
    program_area,
    residency_in_review,
    submitted_residency,
)

pytestmark = pytest.mark.django_db
STEPS = [
    "intake-area",
    "intake-problem",
    *(f"intake-condition-{n}" for n in range(1, 7)),
    "intake-people",
    "intake-check",
    "intake-questions",
]


def browser(user):
    client = Client()
    client.force_login(user, backend="labportal.accounts.Backend")
    return client


def url(name, residency, *more):
    return reverse(name, args=[residency.reference, *more])


@pytest.fixture
def owner():
    return applicant(name="Priya Wenlock")


@pytest.fixture
def draft(owner):
    return draft_residency(by=owner)


@pytest.fixture
def desk(owner):
    return browser(owner)


def post(client, address, data=None, **headers):
    return client.post(address, {"submission": str(uuid.uuid4()), **(data or {})}, headers=headers)


# ── Who may ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [*STEPS, "intake"])
def test_every_step_opens_for_its_writer_for_a_colleague_and_for_staff(name, draft, owner):
    """EL-10"""
    colleague = applicant()
    residency_acts.add_member(draft, colleague, by=owner)
    for user in (owner, colleague, ops()):
        assert browser(user).get(url(name, draft)).status_code == 200


@pytest.mark.parametrize("name", STEPS)
def test_nobody_else_may_write_and_strangers_learn_nothing(name, draft):
    """D3-36"""
    assert browser(applicant()).get(url(name, draft)).status_code == 404
    assert browser(account("viewer")).get(url(name, draft)).status_code == 403
    assert Client().get(url(name, draft)).status_code == 302


def test_what_is_left_open_to_a_writer_is_closed_once_their_membership_ends(draft, owner, desk):
    colleague = applicant()
    residency_acts.add_member(draft, colleague, by=owner)
    intake_actions.stop_sharing(Membership.objects.get(user=owner), by=colleague)
    assert desk.get(url("intake", draft)).status_code == 404


# ── Starting ─────────────────────────────────────────────────────────────────────────────────


def start(client, ministry, **fields):
    data = {"ministry": ministry.pk, "area": "Farm Recovery", "product": "Farm Relief Claims", "problem": "Growers wait 94 days."}
    return post(client, reverse("intake-start"), {**data, **fields})


def test_an_applicant_starts_and_is_led_to_the_first_thing_to_write(owner, desk):
    """EL-01, EL-03"""
    ministry = Ministry.objects.create(name="Agriculture and Food")
    response = start(desk, ministry)

    residency = Residency.objects.get()
    assert response.url == url("intake-problem", residency)
    assert residency.program_area.name == "Farm Recovery"
    assert residency.has_member(owner)


def test_a_busy_program_area_is_said_beside_the_field_and_no_word_is_lost(desk):
    """EL-02"""
    area = program_area("Farm Recovery")
    draft_residency(area=area, product="Harvest Map")
    response = start(desk, area.ministry, area="farm  recovery", problem="A sentence I do not want to type again.")

    body = response.content.decode()
    assert response.status_code == 409
    assert response.context["form"].errors.keys() == {"area"}
    assert "Harvest Map" in body
    assert "A sentence I do not want to type again." in body
    assert Residency.objects.count() == 1


def test_a_double_press_on_start_begins_one_residency(desk):
    """D3-12: double submit is harmless."""
    ministry = Ministry.objects.create(name="Agriculture and Food")
    token = str(uuid.uuid4())
    first = start(desk, ministry, submission=token)
    second = start(desk, ministry, submission=token)

    assert first.url == second.url
    assert Residency.objects.count() == 1


# ── Saving ───────────────────────────────────────────────────────────────────────────────────


def test_the_button_saves_what_changed_and_goes_on(desk, draft):
    """EL-10: without JavaScript."""
    response = post(desk, url("intake-problem", draft), {"description": "Fax.", "was_description": "", "for_whom": "", "was_for_whom": ""})

    assert response.url == url("intake-condition-1", draft)
    assert Intake.objects.get().description == "Fax."
    changes = draft.stream.events.order_by("seq").last().facts["changes"]
    assert changes.keys() == {"description"}


def test_leaving_a_field_saves_quietly_and_says_when(desk, draft):
    """EL-10"""
    response = desk.post(
        url("intake-condition-2", draft), {"case": "It is in the mandate letter.", "was_case": ""}, headers={"X-Quiet": "1"}
    )

    answer = response.json()
    assert answer["saved"].startswith("Saved ")
    assert (answer["done"], answer["total"]) == (2, 9)
    assert draft.conditions.get(number=2).case == "It is in the mandate letter."


def test_a_field_that_can_not_be_saved_says_so_and_the_others_are_saved(desk, draft):
    data = {"yearly_budget_dollars": "a lot", "was_yearly_budget_dollars": "", "sponsors": "A. Torvald", "was_sponsors": ""}
    answer = desk.post(url("intake-people", draft), data, headers={"X-Quiet": "1"}).json()

    assert answer["errors"].keys() == {"yearly_budget_dollars"}
    assert Intake.objects.get().sponsors == "A. Torvald"


def test_yes_no_and_numbers_are_kept_as_what_they_are(desk, draft):
    data = {
        "devops_planned": "no", "was_devops_planned": "", "yearly_budget_dollars": "900000", "was_yearly_budget_dollars": "",
        "sensitivity": "very", "was_sensitivity": "",
    }  # fmt: skip
    post(desk, url("intake-people", draft), data)

    intake = Intake.objects.get()
    assert (intake.devops_planned, intake.yearly_budget_dollars, intake.sensitivity) == (False, 900_000, "very")


def test_two_colleagues_in_one_field_are_shown_both_texts(desk, draft, owner):
    intake_actions.save_intake(draft, changes={"for_whom": "Theirs"}, by=owner)
    response = post(desk, url("intake-problem", draft), {"for_whom": "Mine", "was_for_whom": ""})

    body = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in body
    assert "Mine" in body
    assert Intake.objects.get().for_whom == "Theirs"

    again = {"for_whom": "Mine", "was_for_whom": response.context["form"]["was_for_whom"].value()}
    assert post(desk, url("intake-problem", draft), again).status_code == 302
    assert Intake.objects.get().for_whom == "Mine"


def test_a_quiet_save_that_comes_second_is_told_to_compare(desk, draft, owner):
    intake_actions.save_intake(draft, changes={"for_whom": "Theirs"}, by=owner)
    response = desk.post(url("intake-problem", draft), {"for_whom": "Mine", "was_for_whom": ""}, headers={"X-Quiet": "1"})

    assert response.status_code == 409
    assert "compare" in response.json()["refused"]
    assert response.json()["conflicts"] == ["for_whom"]


def test_fields_that_are_not_of_the_form_change_nothing(desk, draft):
    """D3-43"""
    data = {
        "for_whom": "x",
        "was_for_whom": "",
        "state": "qualified",
        "shown_revision": "9",
        "residency": "1",
        "sponsors": "x",
        "was_sponsors": "",
    }
    post(desk, url("intake-problem", draft), data)

    residency = Residency.objects.get()
    assert residency.state == "draft"
    assert Intake.objects.get().sponsors == ""


def test_without_its_widgets_limits_a_text_is_still_bounded(desk, draft):
    """D3-9"""
    response = post(desk, url("intake-area", draft), {
        "ministry": draft.program_area.ministry_id, "area": "a" * 201, "product": "p" * 151, "problem": "q" * 401, "shown_revision": draft.revision,
    })  # fmt: skip

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"area", "product", "problem"}
    assert "q" * 401 in response.content.decode()


def test_what_would_make_it_stronger_says_whether_it_can_be_sent(desk, draft):
    """EL-10: while something is missing there is no button, so nobody is told that it can be sent as it is."""
    body = desk.get(url("intake-check", draft)).content.decode()
    assert "What would make it stronger" in body
    assert "You can send it as it is." not in body
    assert "You can send the intake without these" in body


def test_markup_is_shown_as_it_was_typed(desk, draft, owner):
    """D3-1"""
    intake_actions.save_intake(draft, changes={"description": "<script>alert(1)</script>"}, by=owner)
    body = desk.get(url("intake-check", draft)).content.decode()

    assert "<script>alert(1)</script>" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


def test_needs_are_added_changed_and_taken_off_from_the_page(desk, draft):
    """EL-11"""
    post(desk, url("need-add", draft), {"statement": "One answer", "cause": "Split rules"})
    need = Need.objects.get()
    post(desk, url("need-change", draft, need.pk), {"statement": "One clear answer", "was_statement": "One answer"})
    assert Need.objects.get().statement == "One clear answer"
    assert Need.objects.get().cause == "Split rules"

    desk.post(url("need-remove", draft, need.pk))
    assert not Need.objects.exists()


def test_a_need_without_words_is_sent_back_with_what_was_typed(desk, draft):
    response = post(desk, url("need-add", draft), {"statement": "", "cause": "Split rules"})

    assert response.status_code == 200
    assert "Split rules" in response.content.decode()


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "data:text/html,<b>x", "file:///etc/passwd", "no address"])
def test_a_link_that_is_no_web_address_is_refused_with_a_sentence(desk, draft, bad):
    """D3-2"""
    response = post(desk, url("evidence-link-add", draft, 1), {"title": "Look", "url": bad})

    assert response.status_code == 409
    assert "https://" in response.context["link_form"].errors["url"][0]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("name", ["evidence-link-add", "evidence-file-add"])
def test_the_address_of_a_refused_form_leads_back_to_its_condition_when_it_is_opened_again(desk, draft, name):
    """EL-12: the browser keeps that address, and reloading it or coming back to it was an empty page."""
    assert desk.get(url(name, draft, 1))["Location"] == f"{url('intake-condition-1', draft)}#evidence"
    assert browser(applicant()).get(url(name, draft, 1)).status_code == 404
    assert desk.put(url(name, draft, 1)).status_code == 405


def upload(desk, residency, name="plan.pdf", content=PDF):
    file = BytesIO(content)
    file.name = name
    return post(desk, url("evidence-file-add", residency, 1), {"title": "The plan", "file": file})


def test_a_file_is_given_out_as_a_download_and_never_as_a_page(desk, draft):
    """D3-14, D3-24"""
    upload(desk, draft, name='pl"an\u202e.pdf')
    evidence = Evidence.objects.get()
    response = desk.get(url("evidence-file", draft, evidence.pk))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="pl_an.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "no-store"


def test_only_those_who_may_see_the_residency_may_have_its_files(desk, draft):
    """D3-36, EL-12"""
    upload(desk, draft)
    address = url("evidence-file", draft, Evidence.objects.get().pk)

    assert browser(applicant()).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert browser(account("viewer")).get(address).status_code == 200
    other = draft_residency(area=program_area())
    assert desk.get(url("evidence-file", other, Evidence.objects.get().pk)).status_code == 404


def test_withdrawn_evidence_is_gone_for_applicants_and_kept_for_the_lab(desk, draft):
    """EL-12"""
    upload(desk, draft)
    evidence = Evidence.objects.get()
    desk.post(url("evidence-withdraw", draft, evidence.pk))

    assert desk.get(url("evidence-file", draft, evidence.pk)).status_code == 403
    assert "The plan" not in desk.get(url("intake-condition-1", draft)).content.decode().split("Evidence</h2>")[1]
    assert browser(ops()).get(url("evidence-file", draft, evidence.pk)).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"), [("plan.pdf", b"<script>"), ("plan.exe", PDF), ("plan.html", b"<html>"), ("plan.pdf", b"MZ" + PDF)]
)
def test_a_file_that_is_not_what_it_says_is_refused_beside_the_field(desk, draft, name, content):
    """D3-23"""
    response = upload(desk, draft, name, content)

    assert response.status_code == 409
    assert response.context["file_form"].errors.keys() == {"file"}
    assert "The plan" in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_over_the_limit_is_refused(desk, draft, settings):
    """D3-23"""
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    response = upload(desk, draft, content=PDF + b"%" * (1024 * 1024))

    assert response.status_code == 409
    assert "1 MB" in response.context["file_form"].errors["file"][0]


# ── Sending ──────────────────────────────────────────────────────────────────────────────────


def test_sending_too_early_is_refused_with_a_link_to_every_missing_field(desk, draft):
    """EL-04, EL-10"""
    response = post(desk, url("intake-check", draft))

    body = response.content.decode()
    assert response.status_code == 409
    assert f"{url('intake-problem', draft)}#id_description" in body
    assert f"{url('intake-people', draft)}#id_sponsors" in body
    assert f"{url('intake-condition-4', draft)}#id_case" in body
    assert Residency.objects.get().state == "draft"


def test_a_complete_intake_is_sent_once_however_often_one_presses(owner, desk):
    """EL-10"""
    residency = complete_draft(by=owner)
    token = str(uuid.uuid4())
    for _press in range(2):
        response = desk.post(url("intake-check", residency), {"submission": token})
        assert response.url == url("intake", residency)

    assert acts_of(residency).count("submitted") == 1
    body = desk.get(url("intake", residency)).content.decode()
    assert "What happens next" in body


@pytest.mark.parametrize("name", STEPS)
def test_after_sending_the_steps_can_be_read_and_saving_is_refused(owner, desk, name):
    residency = submitted_residency(by=owner)
    assert desk.get(url(name, residency)).status_code == 200


def test_saving_after_sending_keeps_the_words_on_the_page_and_changes_nothing(owner, desk):
    residency = submitted_residency(by=owner)
    response = post(desk, url("intake-condition-1", residency), {"case": "A late thought", "was_case": "The case for condition 1."})

    assert response.status_code == 409
    assert "A late thought" in response.content.decode()
    assert residency.conditions.get(number=1).case == "The case for condition 1."


def test_questions_are_read_and_answered_where_they_were_asked(owner, desk):
    """EL-14"""
    officer = ops()
    residency = residency_in_review(by=owner, reviewer=officer)
    review_actions.decide_condition(residency.conditions.get(number=5), verdict="more_needed", reason="Who else would use it?", by=officer)
    residency = review_actions.ask_for_more(residency, by=officer)
    question = Question.objects.get()

    assert "Who else would use it?" in desk.get(url("intake-condition-5", residency)).content.decode()
    assert desk.post(url("intake-check", residency)).status_code == 409
    assert post(desk, url("intake-answer", residency, question.pk), {"answer": "Six programs.", "was_answer": ""}).status_code == 302
    assert post(desk, url("intake-check", residency)).status_code == 302
    body = desk.get(url("intake", residency)).content.decode()
    assert "Six programs." in body


# ── Sharing ──────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_is_let_in_by_the_address_of_their_account(desk, draft):
    """EL-10"""
    colleague = applicant(email="noor@example.test", name="Noor Castellane")
    assert post(desk, url("intake-share", draft), {"email": "noor@example.test"}).status_code == 302
    assert browser(colleague).get(url("intake-problem", draft)).status_code == 200


def test_an_unknown_address_is_said_beside_the_form(desk, draft):
    response = post(desk, url("intake-share", draft), {"email": "nobody@example.test"})
    assert response.status_code == 409
    assert "nobody@example.test" in response.content.decode()
