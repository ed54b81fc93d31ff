"""The benefit owner: named, asked, accepted by signature, succeeded; and eight quarters to report (EL-86)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import together
from agreements.models import Agreement, AgreementVersion, State
from community.benefits import actions, rules
from community.benefits.todo import commitments_to_send, owners_to_name
from community.models import BenefitOwner, BenefitQuarter
from dates.months import fiscal_quarter_label
from dates.working_days import is_working_day, working_days_from
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from residencies.models import Residency
from tests.acts import SCENARIOS
from tests.agreements import factories as make
from tests.community.factories import commitment, graduated, live, owner_named
from tests.factories import account, long_standing, person
from tests.pages import markup
from tests.teams.factories import residency

pytestmark = pytest.mark.django_db


def refused_for(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def sign(owner):
    version = AgreementVersion.objects.get(agreement=owner.agreement)
    [invitation] = make.to_sign(version)
    make.sign(invitation)
    owner.refresh_from_db()
    return owner


# ── The schedule ─────────────────────────────────────────────────────────────────────────────


@given(st.dates(datetime.date(2026, 1, 1), datetime.date(2035, 12, 31)))
def test_eight_whole_fiscal_quarters_follow_a_graduation_and_each_is_due_ten_working_days_after_its_end(day):
    """EL-86: 24 months without a gap, none of them before the graduation."""
    quarters = rules.schedule(day)
    assert [quarter.number for quarter in quarters] == list(range(1, 9))
    assert 0 <= (quarters[0].from_on - day).days < 92
    assert all((quarter.from_on.month, quarter.from_on.day) in {(1, 1), (4, 1), (7, 1), (10, 1)} for quarter in quarters)
    following = [quarter.from_on for quarter in quarters[1:]]
    assert [quarter.to_on + datetime.timedelta(days=1) for quarter in quarters[:-1]] == following
    for quarter in quarters:
        assert is_working_day(quarter.due_on)
        assert working_days_from(quarter.to_on + datetime.timedelta(days=1), quarter.due_on) == rules.WORKING_DAYS


def test_quarters_are_named_as_ministries_count_them():
    """EL-86"""
    assert [fiscal_quarter_label(datetime.date(2026, month, 1)) for month in (4, 7, 10)] == ["Q1 2026/27", "Q2 2026/27", "Q3 2026/27"]
    assert fiscal_quarter_label(datetime.date(2027, 1, 1)) == "Q4 2026/27"
    assert rules.first_quarter(datetime.date(2026, 4, 1)) == datetime.date(2026, 4, 1)
    assert rules.first_quarter(datetime.date(2026, 4, 2)) == datetime.date(2026, 7, 1)


# ── Named, asked, accepted ───────────────────────────────────────────────────────────────────


def test_an_owner_is_named_asked_and_accepts_by_signing_and_the_partnership_is_not_touched(ops, owner, client):
    """EL-86: named by the product owner, sent by lab operations; eight quarters are there once it is in force."""
    row = live(by=ops, kept_by=owner)
    client.force_login(owner)
    page = reverse("benefit-owner-name", args=[row.reference])
    data = {"who": "new", "name": "Aroha Tennant", "email": "aroha@example.org", "measure": "Days to a permit", "unit": "days"}
    assert client.post(page, data).url == reverse("graduation", args=[row.reference])
    named = BenefitOwner.objects.get()
    assert client.post(reverse("benefit-owner-send", args=[row.reference, named.pk]), {"shown_revision": 1}).status_code == 403
    [line] = commitments_to_send(timezone.localdate())
    client.force_login(ops)
    assert client.post(line.url, {"shown_revision": 1}).status_code == 302
    named.refresh_from_db()
    version = AgreementVersion.objects.get(agreement=named.agreement)
    assert (version.state, version.header["measure"], named.agreement.purpose) == (State.CIRCULATED, "Days to a permit", "benefit")
    assert not BenefitQuarter.objects.exists()
    assert sign(named).accepted_on == timezone.localdate()
    assert BenefitQuarter.objects.filter(residency=row, reported_on=None).count() == 8
    shown = markup(client.get(reverse("graduation", args=[row.reference])))
    assert "Aroha Tennant" in shown
    assert "0 of 8 reported" in shown
    assert Residency.objects.get(pk=row.pk).state == "live"
    assert Event.objects.filter(stream=row.stream, act="benefit-owner-accepted").count() == 1


def test_what_is_wrong_with_a_name_is_said(ops):
    """EL-86"""
    row = live(by=ops)
    put = lambda of=row, **facts: actions.name_owner(of, **{"person": person(), "measure": "Days", "by": ops, **facts})
    assert refused_for(lambda: put(residency(by=ops, product="Wells"))) == {"not-live"}
    assert refused_for(lambda: put(measure=" ")) == {"owner-no-measure"}
    assert refused_for(lambda: put(person=None)) == {"owner-unnamed"}
    assert refused_for(lambda: put(person=person(email=""))) == {"owner-no-email"}
    first = put()
    assert refused_for(put) == {"owner-waits"}
    actions.withdraw_owner(first, reason="Wrong person.", shown_revision=1, by=ops)
    sent = commitment(row, by=ops)
    assert refused_for(lambda: actions.withdraw_owner(sent, reason="x", shown_revision=sent.revision, by=ops)) == {"owner-asked"}
    assert refused_for(lambda: put(person=sign(sent).person)) == {"owner-already"}
    with pytest.raises(PermissionDenied):
        actions.name_owner(row, person=person(), measure="Days", by=account("product_owner"))


def test_a_successor_takes_over_when_they_have_signed(ops):
    """EL-86: until then the first stays; the quarters go on as they were."""
    row = live(by=ops)
    first = sign(commitment(row, by=ops))
    quarters = list(BenefitQuarter.objects.values_list("from_on", flat=True))
    second = owner_named(row, by=ops)
    assert refused_for(lambda: actions.send_commitment(second, shown_revision=1, by=ops)) == {"second-account"}, "not one account alone"
    actions.send_commitment(second, shown_revision=1, by=long_standing("lab_ops"))
    second.refresh_from_db()
    first.refresh_from_db()
    assert first.ended_on is None, "not yet"
    assert Agreement.objects.get(pk=first.agreement_id).voided_at
    sign(second)
    first.refresh_from_db()
    assert (first.ended_on, first.end_reason) == (timezone.localdate(), f"{second.person.name} took over.")
    assert list(BenefitQuarter.objects.values_list("from_on", flat=True)) == quarters


# ── Graduation and other ends ────────────────────────────────────────────────────────────────


def test_a_commitment_that_is_out_is_signed_after_graduation_and_reminded_of(ops):
    """EL-86: the partnership's acts are over, the commitment's go on; its quarters follow the day of graduation."""
    act = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    row = act.args[0]
    owner = commitment(row, by=ops)
    act()
    version = AgreementVersion.objects.get(agreement=owner.agreement)
    assert version.state == State.CIRCULATED
    version.invitations.update(made_at=timezone.now() - datetime.timedelta(days=3))
    sweep()
    assert Message.objects.filter(occasion="agreement-unsigned", person=owner.person).count() == 1
    sign(owner)
    row.refresh_from_db()
    assert BenefitQuarter.objects.earliest("number").from_on == rules.first_quarter(row.ended_on)
    partnership = Agreement.objects.get(stream=row.stream, purpose="partnership")
    assert refused_for(lambda: make.voiding_of(partnership, by=ops)) == {"ended"}


def test_the_quarters_move_with_graduation_until_one_is_reported(ops):
    """EL-86: the metrics that come next fill them; nothing here makes up a figure."""
    row = live(by=ops)
    sign(commitment(row, by=ops))
    quarter = BenefitQuarter.objects.earliest("number")
    with together():
        actions.fill_quarter(quarter, reading="metrics.observation/1", on=timezone.localdate(), by=ops)
        Residency.objects.filter(pk=row.pk).update(graduation_due_on=datetime.date(2030, 1, 1))
        actions.plan_quarters(Residency.objects.select_related("stream").get(pk=row.pk), by=ops)
    assert BenefitQuarter.objects.earliest("number").from_on == quarter.from_on
    with pytest.raises(RuntimeError):
        actions.fill_quarter(quarter, reading="metrics.observation/2", on=timezone.localdate(), by=ops)


def test_after_a_pivot_nobody_is_asked_to_report(ops):
    """EL-86"""
    act = SCENARIOS["residencies.lifecycle.actions.pivot"]()
    row = act.args[0]
    Residency.objects.filter(pk=row.pk).update(state="live", live_on=timezone.localdate(), graduation_due_on=timezone.localdate())
    owner = commitment(row, by=ops)
    act()
    owner.refresh_from_db()
    assert owner.ended_on
    assert Agreement.objects.get(pk=owner.agreement_id).voided_at


def test_home_and_mail_ask_for_a_benefit_owner_before_graduation_and_home_after_it(ops, owner):
    """EL-86, EL-60: thirty days before; not once someone is named."""
    row = live(by=ops, kept_by=owner)
    Residency.objects.filter(pk=row.pk).update(graduation_due_on=timezone.localdate() + datetime.timedelta(days=30))
    done = graduated(by=ops, product="Wells")
    lines = owners_to_name(timezone.localdate())
    assert {line.about.reference for line in lines} == {row.reference, done.reference}
    sweep()
    assert [mail.person.user for mail in Message.objects.filter(occasion="benefit-owner-missing")] == [owner]
    owner_named(row, by=ops)
    assert [line.about.reference for line in owners_to_name(timezone.localdate())] == [done.reference]
