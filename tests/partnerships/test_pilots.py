"""Pilots are evaluated half-way and at their end, and then decided on (SP-10, PB-49)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from acts.revisions import Stale
from dates.months import months_after
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.choices import Stage
from partnerships.endings import actions as endings
from partnerships.endings.rules import FACTORS, evaluation_days, open_factors
from partnerships.models import Arrangement, Decision
from partnerships.sites.waits.importing import import_waits
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
db = pytest.mark.django_db


def test_a_year_from_9_january_is_evaluated_on_9_july_and_9_january():
    """PB-49."""
    assert evaluation_days(datetime.date(2026, 1, 9), 12) == (datetime.date(2026, 7, 9), datetime.date(2027, 1, 9))


@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2090, 1, 1)), st.integers(2, 60))
def test_half_way_is_between_the_start_and_the_end(from_on, months):
    """PB-49."""
    half, end = evaluation_days(from_on, months)
    assert from_on < half < end == months_after(from_on, months)
    assert abs((half - from_on) - (end - half)) <= 35 * DAY


@given(st.dictionaries(st.sampled_from([factor.code for factor in FACTORS]), st.fixed_dictionaries({
    "result": st.sampled_from(["", "better"]), "finding": st.sampled_from(["", " ", "Yes."]), "evidence": st.sampled_from(["", "110 clients"]),
})))  # fmt: skip
def test_a_factor_is_open_until_it_has_all_three(findings):
    """PB-49: a result, a finding and its evidence."""
    whole = {code for code, parts in findings.items() if all(text.strip() for text in parts.values())}
    assert {factor.code for factor in open_factors(findings)} == {factor.code for factor in FACTORS} - whole


@db
def test_evaluations_are_scheduled_by_themselves_and_move_with_the_length_until_they_are_given(ops):
    """SP-10."""
    row = make.partnership(by=ops)
    half, final = make.pilot(row, by=ops)
    today = timezone.localdate()
    assert [half.due_on, final.due_on] == [months_after(today, 6), months_after(today, 12)]
    given = make.evaluated(half, by=ops)
    assert given.given_on == today
    endings.set_pilot(half.arrangement, months=18, by=ops)
    half.refresh_from_db(), final.refresh_from_db()
    assert [half.due_on, final.due_on] == [months_after(today, 6), months_after(today, 18)], "what was given stays on its day"
    for months in (1, 61):
        with pytest.raises(Refused) as refused:
            endings.set_pilot(half.arrangement, months=months, by=ops)
        assert refused.value.codes == {"pilot-length"}


@db
def test_a_pilot_that_is_over_waits_for_a_decision_once_and_nothing_ends_by_itself(ops, time_machine):
    """SP-10, PB-49: due in 30 days; refused before every factor of the final evaluation has its finding."""
    row = make.operating(by=ops)
    half, final = make.pilot(row, by=ops, months=6)
    time_machine.move_to(timezone.now() + (final.due_on - timezone.localdate()) - DAY)
    assert endings.raise_decisions(by=SYSTEM) == 0
    time_machine.move_to(timezone.now() + 9 * DAY)
    assert [endings.raise_decisions(by=SYSTEM), endings.raise_decisions(by=SYSTEM)] == [1, 0]
    decision = Decision.objects.get(evaluation=final)
    assert (decision.met_on, decision.due_on) == (final.due_on, timezone.localdate() + 30 * DAY)
    assert (make.fresh(row).state, Arrangement.objects.get(pk=half.arrangement_id).to_on) == (Stage.OPERATING, None)
    with pytest.raises(Refused) as refused:
        endings.set_pilot(half.arrangement, months=18, by=ops)
    assert refused.value.codes == {"pilot-evaluated"}
    partly = {"quality": {"result": "better", "finding": "Yes.", "evidence": "4.6 of 5"}}
    final.refresh_from_db()
    final = endings.evaluate(final, findings=partly, shown_revision=final.revision, by=ops)
    facts = {"choice": "expand", "reason": "It works.", "review_on": timezone.localdate() + 300 * DAY, "decision": decision}
    with pytest.raises(Refused) as refused:
        endings.decide(make.fresh(row), **facts, by=ops)
    assert refused.value.codes == {"evaluation-open"}
    assert all(name in str(refused.value.findings[0].message) for name in ("Efficiency", "Cost-effectiveness", "Access"))
    assert final.given_on is None
    final = make.evaluated(final, by=ops)
    assert final.given_on == timezone.localdate()
    endings.decide(make.fresh(row), **facts, by=ops)
    final.refresh_from_db()
    with pytest.raises(Refused) as refused:
        make.evaluated(final, by=ops, finding="Other.")
    assert refused.value.codes == {"evaluation-decided"}
    assert endings.raise_decisions(by=SYSTEM) == 0


@db
def test_a_final_evaluation_that_is_complete_early_asks_for_the_decision_at_once(ops):
    """PB-49."""
    row = make.operating(by=ops)
    half, final = make.pilot(row, by=ops)
    make.evaluated(half, by=ops)
    assert not Decision.objects.exists(), "half-way, nothing is to decide"
    make.evaluated(final, by=ops)
    assert Decision.objects.get().evaluation_id == final.pk
    assert endings.raise_decisions(by=SYSTEM) == 0


@db
def test_an_edit_by_someone_else_is_never_overwritten(ops):
    half, _final = make.pilot(make.partnership(by=ops), by=ops)
    endings.evaluate(half, findings=make.findings(), shown_revision=1, by=ops)
    with pytest.raises(Stale) as stale:
        endings.evaluate(half, findings=make.findings(finding="Longer trips."), shown_revision=1, by=ops)
    assert stale.value.differing["finding_cost"] == ("Fewer trips.", "Longer trips.")


@db
def test_a_partners_review_is_read_by_all_and_only_its_own_coordinator_adds_it(ops, client):
    """PB-49: partners may run their own review first."""
    row = make.partnership(by=ops)
    partner = make.partner(row, by=ops)
    half, _final = make.pilot(row, by=ops)
    other, _end = make.pilot(make.partnership(by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        endings.add_review(partner, evaluation=other, on=timezone.localdate(), text="Good.", by=ops)
    assert refused.value.codes == {"partner-left"}
    client.force_login(ops)
    page = reverse("pilot-review", args=[row.reference, half.pk, partner.pk])
    answer = client.post(page, {"on": timezone.localdate(), "text": "Staff like it.", "url": "https://example.org/review"}, follow=True)
    assert "Staff like it." in answer.content.decode()
    assert Event.objects.filter(act="pilot-reviewed").count() == 1
    assert client.post(page, {"on": timezone.localdate(), "text": "x", "url": "javascript:alert(1)"}).status_code == 409


@db
def test_coordinators_and_lead_are_reminded_until_it_is_given(ops, time_machine):
    """SP-10: by the sweep, 30 and 7 days before, and on the day."""
    row = make.operating(by=ops)
    half, _final = make.pilot(row, by=ops)
    time_machine.move_to(timezone.now() + (half.due_on - timezone.localdate()))
    sweep()
    sent = Message.objects.filter(occasion="pilot-evaluation-due")
    assert sent.filter(due_on=half.due_on).count() == 3, "lab operations, and both coordinators"
    known = sent.count()
    make.evaluated(half, by=ops)
    time_machine.move_to(timezone.now() + 14 * DAY)
    sweep()
    assert sent.count() == known


@db
def test_expanding_a_pilot_leads_to_a_new_arrangement(ops, client):
    """PB-49."""
    row = make.operating(by=ops)
    _half, final = make.pilot(row, by=ops, leaf="outreach_virtual")
    make.evaluated(final, by=ops)
    client.force_login(ops)
    page = reverse("partnership-answer", args=[row.reference, Decision.objects.get().pk])
    facts = {"choice": "expand", "reason": "It works.", "review_on": timezone.localdate() + 300 * DAY}
    answer = client.post(page, facts)
    assert answer.url == f"{reverse('arrangement-add', args=[row.reference])}?leaf=outreach_virtual"


@db
def test_the_form_shows_the_figures_on_record_at_the_pilots_site(ops, client):
    """PB-49: each figure opens what it is from."""
    row = make.operating(by=ops)
    site = row.sites.get()
    half, _final = make.pilot(row, by=ops, site=site, leaf="outreach_virtual")
    when = timezone.now() - 3 * DAY
    stamp = lambda minutes: timezone.localtime(when + minutes * datetime.timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")
    lines = [f"{number},Passports,{stamp(number)},{stamp(number + 10)},{stamp(number + 20)}" for number in range(6)]
    import_waits(site, "\n".join(["Ticket,Service,Arrived,Called,Finished", *lines]), by=ops)
    client.force_login(ops)
    figures = client.get(reverse("pilot-evaluate", args=[row.reference, half.pk])).context["figures"]
    assert (figures[1]["label"], figures[1]["value"], figures[1]["unit"]) == ("Median wait", "10", "minutes")
    assert figures[1]["url"] == f"{reverse('site-waits', args=[row.reference, site.pk])}?by=month"


@db
def test_pages_take_the_same_queries_whatever_the_number_of_pilots(ops, client, django_assert_max_num_queries):
    row = make.operating(by=ops)
    half, _final = make.pilot(row, by=ops)
    for leaf in ("outreach_virtual", "outreach_scheduled", "integrated_agent"):
        make.pilot(row, by=ops, leaf=leaf)
    client.force_login(ops)
    for page in (
        reverse("partnership-ending", args=[row.reference]),
        half.get_absolute_url(),
        reverse("pilot-evaluate", args=[row.reference, half.pk]),
    ):
        client.get(page)
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200
