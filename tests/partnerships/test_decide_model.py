"""Deciding for a model: a person decides and says why (SP-02, PB-20)."""

import pytest

from findings import Refused
from ledger.models import Event
from partnerships.chooser.actions import decide_model
from partnerships.models import ModelDecision
from tests.factories import account
from tests.pages import text
from tests.partnerships import factories as make
from tests.partnerships.chooser_cases import CASES

pytestmark = pytest.mark.django_db
ANSWERS = CASES["island with a ferry"][0]


def test_the_decision_keeps_answers_what_came_first_and_the_reason(ops):
    row = make.partnership(by=ops)
    decision = decide_model(row, leaf="outreach_scheduled", answers=ANSWERS, reason=" The host insists. ", by=ops)
    assert (decision.first, decision.reason, decision.follows_ranking) == ("outreach_virtual", "The host insists.", False)
    assert "connection=good" in decision.answers
    event = Event.objects.filter(stream=row.stream).latest("seq")
    assert event.act == "model-decided"
    assert event.facts["reason"] == "The host insists."
    assert event.facts["first_place"] == "Virtual outreach"


@pytest.mark.parametrize(("given", "code"), [({"reason": " "}, "no-reason"), ({"answers": {"place": "moon"}}, "chooser-answers")])
def test_without_a_reason_or_with_unknown_answers_nothing_is_decided(ops, given, code):
    row = make.partnership(by=ops)
    with pytest.raises(Refused) as refused:
        decide_model(row, **{"leaf": "outreach_virtual", "answers": ANSWERS, "reason": "It fits.", **given}, by=ops)
    assert refused.value.codes == {code}
    assert not ModelDecision.objects.exists()


def test_from_the_partnership_to_the_chooser_and_back_with_a_decision(as_ops, ops):
    row = make.partnership(by=ops)
    overview = row.get_absolute_url()
    assert f"/partnerships/chooser/?partnership={row.reference}" in as_ops.get(overview).content.decode()
    asked = as_ops.get(f"{overview}model/")
    assert asked.headers["Location"] == f"/partnerships/chooser/?partnership={row.reference}"
    ranked = as_ops.get("/partnerships/chooser/", {**ANSWERS, "partnership": row.reference})
    decide = ranked.context["decide_url"]
    assert f"Decide on a model for {row.name}" in text(ranked)
    refused = as_ops.post(decide, {"leaf": "outreach_virtual", "reason": ""})
    assert "This field is required." in text(refused) or "required" in text(refused)
    as_ops.post(decide, {"leaf": "outreach_virtual", "reason": "A ferry that often doesn’t run."})
    page = text(as_ops.get(overview))
    assert "A ferry that often doesn’t run." in page
    assert "It ranked first." in page
    later = decide_model(row, leaf="outreach_scheduled", answers=ANSWERS, reason="The host insists.", by=ops)
    page = text(as_ops.get(overview))
    assert f"Ranked first: {', '.join(later.first_labels)}." in page
    assert ModelDecision.objects.filter(partnership=row).count() == 2


def test_those_who_only_read_are_offered_no_decision(client):
    row = make.partnership()
    client.force_login(account("viewer"))
    assert "decide_url" not in client.get("/partnerships/chooser/", {**ANSWERS, "partnership": row.reference}).context
    assert client.get(f"{row.get_absolute_url()}model/", ANSWERS).status_code == 403
