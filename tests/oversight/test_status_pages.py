"""Pages of status reports, questions and decisions (EL-96)."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oversight.models import DecisionWanted, StatusReport
from oversight.status import links
from people.models import BodySeat
from tests.clock import TODAY
from tests.factories import account, person
from tests.oversight import documents
from tests.oversight.status import DAY, answered, asked, draft, edited, fresh, group, question, sent, started, wanted
from tests.pages import client_of, text
from tests.residencies.pages import links as links_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(ops):
    return client_of(ops)


def fields(response):
    """What the draft's form would send."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields if name != "submission"}


def test_a_product_owner_writes_a_report_from_draft_to_sent(owner, ops):
    row, body = started(kept_by=owner), group(by=ops)
    client = client_of(owner)
    page = client.get(f"/residencies/{row.reference}/status/")
    assert "Write status report" in text(page)
    edit = client.post(f"/residencies/{row.reference}/status/write/", follow=True)
    assert "Draft of status report 1" in text(edit)
    values = fields(edit) | {
        "done": "Held a review.",
        "upcoming": "Hold one.",
        "bodies": [body.pk],
        "money_colour": "red",
        "money_reason": "",
    }
    refused = client.post(edit.request["PATH_INFO"], values)
    assert "Say why you see it differently" in text(refused)
    assert "Held a review." in refused.content.decode()
    preview = client.post(edit.request["PATH_INFO"], values | {"money_reason": "The invoice came today."}, follow=True)
    assert "It hasn’t been sent yet" in text(preview)
    assert "1 person will get an email" in text(preview)
    assert "Chosen by" in text(preview)
    assert "The facts propose amber" in text(preview)
    report = StatusReport.objects.get(stream=row.stream)
    after = client.post(f"{report.get_absolute_url()}send/", {"shown_revision": report.revision}, follow=True)
    assert "Members get an email." in text(after)
    assert fresh(report).is_sent
    assert "Send report" not in text(after)


def test_two_who_edit_a_draft_are_shown_both_texts(desk, ops):
    report = edited(draft(by=ops), by=ops)
    page = desk.get(reverse("status-edit", args=[report.subject.reference, report.number]))
    edited(report, by=ops, summary="Theirs.")
    response = desk.post(page.request["PATH_INFO"], fields(page) | {"summary": "Mine."})
    assert response.status_code == 409
    assert "Theirs." in text(response)
    assert "Mine." in response.content.decode()


def test_a_refused_report_says_everything_on_the_preview(desk, ops):
    report = draft(by=ops)
    StatusReport.objects.filter(pk=report.pk).update(done="", upcoming="")
    response = desk.post(f"{report.get_absolute_url()}send/", {"shown_revision": report.revision})
    assert response.status_code == 409
    assert "No group is chosen" in text(response)


@pytest.mark.parametrize(("role", "sees"), [("viewer", False), ("lab_lead", True)])
def test_a_draft_is_seen_by_those_who_write_it(ops, role, sees):
    report = draft(by=ops)
    assert (client_of(account(role)).get(report.get_absolute_url()).status_code == 200) is sees


def test_members_of_the_group_read_their_report_and_answer_its_decision_but_see_nothing_else(ops):
    user = account(email="chair@example.org")
    chair = person(user=user, email=user.email)
    decision = asked(by=ops, body=group(chair, by=ops))
    client, row = client_of(user), decision.subject
    assert client.get(f"/residencies/{row.reference}/").status_code == 404
    assert client.get(f"/residencies/{row.reference}/status/").status_code == 404
    page = client.get(decision.report.get_absolute_url())
    assert "Agree to a second vendor." in text(page)
    form = {"outcome": "accepted", "text": "We agree.", "answered_on": TODAY.isoformat(), "shown_revision": decision.revision}
    after = client.post(reverse("decision-answer", args=[decision.pk]), form, follow=True)
    assert "Accepted" in text(after)
    assert decision.answers.get().person == chair
    assert client_of(account()).get(decision.get_absolute_url()).status_code == 404


def test_members_of_the_group_open_the_sealed_pdf_of_their_report_and_no_other_document(ops):
    """EL-96: the same rule as the report itself, also once the seat has ended."""
    user = account(email="chair@example.org")
    report = asked(by=ops, body=group(person(user=user, email=user.email), by=ops)).report
    row, client = report.subject, client_of(user)
    other = documents.issued(row, by=ops)
    page = reverse("document", args=[row.reference, report.document.number])
    assert page in links_on(client.get(report.get_absolute_url()))
    shown = client.get(page)
    assert shown.status_code == 200
    assert reverse("documents", args=[row.reference]) not in links_on(shown)
    assert client.get(f"{page}pdf/", follow=True).status_code == 200
    assert client.get(reverse("document", args=[row.reference, other.number])).status_code == 404
    assert client_of(account()).get(page).status_code == 404
    BodySeat.objects.filter(person__user=user).update(from_on=TODAY - 9 * DAY, to_on=TODAY - DAY)
    assert client.get(page).status_code == 404


def test_staff_record_an_answer_for_a_member_and_correct_it(desk, ops):
    decision = asked(by=ops)
    member = decision.body.seats.get().person
    form = {"outcome": "deferred", "text": "Next month.", "answered_on": TODAY.isoformat(), "person": member.pk}
    url = reverse("decision-answer", args=[decision.pk])
    assert "Choose the date" in text(desk.post(url, form | {"shown_revision": decision.revision}))
    later = (TODAY + 30 * DAY).isoformat()
    after = desk.post(url, form | {"shown_revision": decision.revision, "deferred_until": later}, follow=True)
    assert "deferred" in text(after)
    assert "recorded by" in text(after)
    answer = decision.answers.get()
    revision = DecisionWanted.objects.get(pk=decision.pk).revision
    corrected = desk.post(
        reverse("decision-correct", args=[decision.pk, answer.pk]), form | {"outcome": "declined", "shown_revision": revision}, follow=True
    )
    assert "corrects the answer “deferred”" in text(corrected)


def test_a_question_is_answered_by_link_without_an_account(ops):
    line = question(by=ops)
    path = links.issue_line_link(line.pk).partition("/q/")[2]
    client = Client()
    page = client.get(f"/q/{path}")
    assert line.question in text(page)
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "no-store"
    done = client.post(f"/q/{path}", {"answer": "About 400."}, follow=True)
    assert "Thank you" in text(done)
    assert "About 400." in text(done)
    sent(line.report, by=ops)
    late = client.post(f"/q/{path}", {"answer": "Fewer."})
    assert late.status_code == 409
    assert "has been sent" in text(late)
    assert client.get("/q/nothing").status_code == 404


def test_only_the_person_who_was_asked_sees_a_question_signed_in(ops):
    user = account()
    line = question(by=ops, person=person(user=user, email=user.email))
    url = reverse("status-question", args=[line.pk])
    assert client_of(user).post(url, {"answer": "About 400."}).status_code == 302
    assert client_of(ops).get(url).status_code == 404


def test_the_report_names_who_did_not_answer(desk, ops):
    line = question(by=ops)
    report = sent(line.report, by=ops)
    page = text(desk.get(report.get_absolute_url()))
    assert line.contributor.name in page
    assert f"asked “{line.question}”" in page
    assert "no answer; it was due" in page


def test_questions_and_decisions_can_be_added_to_and_removed_from_a_draft(desk, ops):
    report = edited(draft(by=ops), by=ops)
    base = report.get_absolute_url()
    body = report.recipients.get().body
    due = (TODAY + 9 * DAY).isoformat()
    desk.post(f"{base}decisions/add/", {"text": "Agree to it.", "body": body.pk, "due_on": due})
    desk.post(f"{base}questions/add/", {"question": "How many?", "who": "known", "person": person().pk, "due_on": due})
    page = desk.get(f"{base}edit/")
    assert "Agree to it." in text(page)
    assert "How many?" in text(page)
    desk.post(f"{base}decisions/{report.decisions.get().pk}/remove/")
    desk.post(f"{base}questions/{report.lines.get().pk}/remove/")
    assert not report.decisions.exists()
    assert not report.lines.exists()
    desk.post(f"{base}discard/", {"submission": ""}, follow=True)
    assert fresh(report).state == "discarded"


def test_the_plan_is_set_on_its_page(desk, ops):
    row, body = started(), group(by=ops)
    url = reverse("status-plan", args=[row.reference])
    page = desk.get(url)
    assert "As usual in the lab: monthly" in text(page)
    after = desk.post(
        url, {"cadence": "quarterly", "next_due_on": "", "groups": [body.pk], "who": "open", "shown_revision": 0}, follow=True
    )
    assert "Quarterly" in text(after)
    assert body.name in text(after)


def test_the_lab_sees_every_status_and_every_open_decision(desk, ops):
    decision = asked(by=ops)
    late = started(product="Trail Finder")
    sent(draft(late, by=ops), decision.body, by=ops)
    page = text(desk.get("/status/reports/"))
    assert "Trail Finder" in page
    assert "How often green turned red" in page
    assert "Trail Finder" not in text(desk.get("/status/reports/?colour=red"))
    assert decision.text in text(desk.get("/status/decisions/"))
    assert "1 decision needed" in text(desk.get(reverse("bodies")))
    assert decision.text in text(desk.get(decision.body.get_absolute_url()))


def test_links_that_were_mailed_before_the_system_page_existed_still_open(desk, ops):
    decision = asked(by=ops)
    page = desk.get(f"/status/decisions/{decision.pk}/")
    assert decision.text in text(page)
    assert decision.get_absolute_url() == page.request["PATH_INFO"]
    listed = desk.get("/status/decisions/")
    assert [item.url for item in listed.context["navigation"] if item.current] == ["/reports/"]
    assert not any(item.current for item in listed.context["account_menu"])
    system = desk.get("/status/")
    assert "System status" in text(system)
    assert [item.url for item in system.context["account_menu"] if item.current] == ["/status/"]


def test_the_overview_shows_the_latest_health(desk, ops):
    report = sent(by=ops)
    assert f"Status report {report.number}" in text(desk.get(f"/residencies/{report.subject.reference}/"))


def test_pages_cost_the_same_however_much_there_is(desk, ops, django_assert_max_num_queries):
    row, body = started(), group(by=ops)
    for days in (90, 60, 30):
        with time_machine.travel(timezone.now() - days * DAY):
            report = draft(row, by=ops)
            decision = wanted(report, by=ops, body=body)
            sent(report, body, by=ops)
    for _number in range(3):
        with time_machine.travel(timezone.now() - DAY):
            other = asked(by=ops, body=body)
    answered(decision, by=ops)
    report = draft(row, by=ops)
    for _number in range(3):
        question(report, by=ops), wanted(report, by=ops, body=body)
    base = f"/residencies/{row.reference}/status/"
    for url in (
        base,
        f"{base}1/",
        f"{base}4/",
        f"{base}4/edit/",
        f"{base}plan/",
        "/status/reports/",
        "/status/decisions/",
        other.get_absolute_url(),
    ):
        desk.get(url)
        with django_assert_max_num_queries(20):  # 13 of them for the account and the residency's frame
            assert desk.get(url).status_code == 200, url
