"""Quality assessments name an agent only to that agent and the lead (SP-07, PB-45)."""

import datetime
from statistics import fmean

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from dates.months import months_after
from findings import Refused
from ledger.models import Event
from outbox.models import Message
from partnerships.lifecycle.actions import end_partnership
from partnerships.models import QualityAssessment
from partnerships.sites.quality.actions import forget_assessments
from partnerships.sites.quality.rules import QUESTIONS, quality
from tests.factories import account, person
from tests.partnerships import factories as make

db = pytest.mark.django_db
SCORES = st.fixed_dictionaries({question.code: st.integers(1, 5) for question in QUESTIONS})


@given(st.lists(SCORES, max_size=12))
def test_averages_equal_plain_arithmetic_and_fewer_than_five_are_hidden(rows):
    """PB-45."""
    figures = quality(rows)
    assert figures.count == len(rows)
    if len(rows) < 5:
        assert figures.average is None
        assert {average for _question, average in figures.by_question} == {None}
    else:
        assert figures.average == pytest.approx(fmean(score for row in rows for score in row.values()))
        for question, average in figures.by_question:
            assert average == pytest.approx(fmean(row[question.code] for row in rows))


@db
def test_a_name_and_its_scores_are_in_no_answer_but_the_agents_and_the_leads(client, ops):
    """PB-45, PB-55: not for viewers, not for lab operations beside the lead, not for partners, not in history."""
    lead = account("lab_lead")
    row = make.partnership(by=ops, lead=lead)
    coordinator = account("product_owner")
    make.partner(row, person=person(user=coordinator, email=coordinator.email), by=ops)
    site = make.site(row, by=ops)
    agent = person(name="Perpetua Quill", user=account("viewer"))
    for _number in range(5):
        latest = make.quality_assessment(site, person=agent, feedback="Smile at the cassowary.", by=lead)
    page = latest.get_absolute_url()
    pages = [reverse("site-quality", args=[row.reference, site.pk]), reverse("partnership-history", args=[row.reference]), page]
    for user in (account("viewer"), ops, coordinator):
        client.force_login(user)
        answers = [client.get(each) for each in pages]
        assert [answer.status_code for answer in answers] == [200, 200, 403]
        assert not any(word in answer.content.decode() for answer in answers for word in ("Perpetua", "cassowary"))
        assert "4 of 5 on average, from 5 assessments" in answers[0].content.decode()
    client.force_login(account("product_owner"))
    assert [client.get(each).status_code for each in pages] == [404, 404, 404], "someone who knows nothing of the partnership"
    for user in (agent.user, lead):
        client.force_login(user)
        assert "Smile at the cassowary." in client.get(page).content.decode()
    assert [event.facts.get("site") for event in Event.objects.filter(act="quality-assessed")] == [site.name] * 5
    assert not Event.objects.filter(act="quality-assessed", facts__icontains="Perpetua").exists()
    assert not Message.objects.filter(person=agent).exists(), "lists of mail name who gets it"


@db
def test_the_lead_still_sees_who_was_assessed_after_the_partnership_ended(client):
    """PB-45: but can't record another."""
    lead = account("lab_ops")
    row = make.wound_up(by=lead)
    site = row.sites.first() or make.site(row, by=lead)
    make.quality_assessment(site, person=person(name="Perpetua Quill"), by=lead)
    end_partnership(row, on=timezone.localdate(), reason="The lease has ended.", by=lead)
    client.force_login(lead)
    answer = client.get(reverse("site-quality", args=[row.reference, site.pk]))
    assert "Perpetua Quill" in answer.content.decode()
    assert reverse("quality-assess", args=[row.reference, site.pk]) not in answer.content.decode()


@db
def test_four_assessments_are_too_few_to_show(client, ops):
    """PB-45."""
    site = make.site(make.partnership(by=ops), by=ops)
    client.force_login(account("viewer"))
    page = reverse("site-quality", args=[site.partnership.reference, site.pk])
    for _number in range(4):
        make.quality_assessment(site, by=ops)
    assert "Too few to show" in client.get(page).content.decode()
    make.quality_assessment(site, by=ops)
    assert "4 of 5 on average" in client.get(page).content.decode()


@db
@pytest.mark.parametrize(("fields", "code"), [
    ({"observer": " "}, "quality-observer"), ({"feedback": ""}, "quality-feedback"), ({"score": 6}, "quality-score"),
])  # fmt: skip
def test_an_assessment_is_whole_or_refused(ops, fields, code):
    site = make.site(make.partnership(by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        make.quality_assessment(site, by=ops, **fields)
    assert refused.value.codes == {code}


@db
def test_the_lead_chooses_an_agent_on_the_page(client, ops):
    site = make.site(make.partnership(by=ops, lead=ops), by=ops)
    client.force_login(ops)
    facts = {"who": "new", "name": "Perpetua Quill", "observer": "Ingrid Sandvik", "on": site.today, "feedback": "Well done."}
    scores = {f"score_{question.code}": 5 for question in QUESTIONS}
    answer = client.post(reverse("quality-assess", args=[site.partnership.reference, site.pk]), facts | scores, follow=True)
    assert "Perpetua Quill" in answer.content.decode()


def test_an_assessment_is_deleted_two_years_after_the_interview(ops):
    """SP-07, PB-45: as its declaration promises; the averages are of the last twelve months."""
    site = make.site(make.partnership(by=ops), by=ops)
    old, recent = (
        make.quality_assessment(site, by=ops, on=on)
        for on in (months_after(site.today, -24) - datetime.timedelta(days=1), months_after(site.today, -24))
    )
    assert forget_assessments(by=SYSTEM) == 1
    assert list(QualityAssessment.objects.all()) == [recent]
    assert old.pk != recent.pk
    assert forget_assessments(by=SYSTEM) == 0
