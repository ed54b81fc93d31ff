"""The page of the model chooser (SP-02)."""

import pytest
from django.urls import reverse

from partnerships.choices import Leaf
from partnerships.chooser.rules import LEAVES, QUESTIONS, complete
from tests.pages import text
from tests.partnerships.chooser_cases import CASES

pytestmark = pytest.mark.django_db
URL = "/partnerships/chooser/"


def test_the_page_asks_twelve_questions_and_ranks_nothing_yet(as_ops):
    answer = as_ops.get(URL)
    assert reverse("model-chooser") == URL
    assert answer.content.count(b"<fieldset") == len(QUESTIONS)
    assert answer.context["ranking"] is None


def test_the_address_keeps_the_answers_and_shows_the_ranking_with_reasons_for_and_against(as_ops):
    answers = CASES["island with a ferry"][0]
    answer = as_ops.get(URL, answers)
    page = text(answer)
    assert "Virtual outreach fits best." in page
    assert "Staff can’t rely on getting there, and this model doesn’t need them to." in page
    assert "Against" in page
    assert [model.fit.leaf for model in answer.context["ranking"].models][:2] == ["outreach_virtual", "outreach_scheduled"]
    for key, value in complete(answers).items():
        assert f'name="{key}" value="{value}" id="id_{key}_' in answer.content.decode()
        assert answer.context["form"][key].value() == value


def test_each_change_of_mind_leads_to_the_ranking_it_promises(as_ops):
    answer = as_ops.get(URL, CASES["territorial pilot"][0])
    changes = answer.context["ranking"].changes
    assert changes
    for change in changes:
        followed = as_ops.get(f"{URL}?{change.query}")
        assert followed.context["ranking"].first == change.first


def test_a_busy_city_hall_is_told_plainly_that_nothing_fits(as_ops):
    assert "No model is a strong fit." in text(as_ops.get(URL, CASES["busy city hall"][0]))


def test_an_answer_that_is_none_is_named_and_nothing_is_ranked(as_ops):
    answer = as_ops.get(URL, {"queue": "two"})
    assert "“two” isn’t an answer to “queue”. Use one or separate." in text(answer)
    assert answer.context["ranking"] is None
    assert as_ops.get(URL, {"utm_source": "mail"}).context["ranking"] is None


def test_the_models_are_those_of_the_app_in_the_order_of_the_continuum():
    assert list(LEAVES) == Leaf.values
