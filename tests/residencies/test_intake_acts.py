"""Filling in an intake over many sittings, and sending it."""

import pytest
from django.core.exceptions import PermissionDenied

from acts.revisions import Stale
from findings import Refused
from ledger.lifecycle import MoveRefused
from outbox.models import Message
from residencies.intake import actions
from residencies.lifecycle import residency as residency_acts
from residencies.models import Condition, Evidence, Intake, Need, ReferenceYear, Residency, Review
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


@pytest.fixture
def owner():
    return applicant(name="Priya Wenlock")


@pytest.fixture
def draft(owner):
    return draft_residency(by=owner)


def last_event(residency):
    return residency.stream.events.order_by("seq").last()


def test_a_saved_field_can_be_followed_to_who_entered_it(draft, owner):
    """EL-06, EL-10"""
    actions.save_intake(draft, changes={"for_whom": "Growers"}, by=owner)

    event = last_event(draft)
    assert (event.act, event.actor) == ("intake-saved", owner)
    assert event.facts["changes"] == {"for_whom": {"from": "", "to": "Growers"}}


def test_saving_what_is_there_already_writes_nothing(draft, owner):
    actions.save_intake(draft, changes={"for_whom": "Growers\nand farmers"}, by=owner)
    before = acts_of(draft)

    actions.save_intake(draft, changes={"for_whom": "Growers\r\nand farmers "}, by=owner, shown={"for_whom": "Growers\r\nand farmers"})

    assert acts_of(draft) == before


def test_two_colleagues_in_different_fields_both_keep_their_words(draft, owner):
    """EL-10: the one who saves second had not seen the other's edit, and need not."""
    actions.save_intake(draft, changes={"for_whom": "Growers"}, by=owner, shown={"for_whom": ""})
    actions.save_intake(draft, changes={"permission": "Two people"}, by=owner, shown={"permission": ""})

    intake = Intake.objects.get(residency=draft)
    assert (intake.for_whom, intake.permission) == ("Growers", "Two people")


def test_two_colleagues_in_one_field_see_both_texts_and_nothing_is_overwritten(draft, owner):
    actions.save_intake(draft, changes={"for_whom": "Growers"}, by=owner, shown={"for_whom": ""})

    with pytest.raises(Stale) as stale:
        actions.save_intake(draft, changes={"for_whom": "Ranchers", "permission": "x"}, by=owner, shown={"for_whom": "", "permission": ""})

    assert dict(stale.value.differing) == {"for_whom": ("Growers", "Ranchers")}
    assert Intake.objects.get(residency=draft).permission == ""


def test_the_case_of_a_condition_is_saved_on_its_own(draft, owner):
    actions.save_case(draft, 3, case="Nobody knows yet what would work.", by=owner, shown={"case": ""})

    assert Condition.objects.get(residency=draft, number=3).case == "Nobody knows yet what would work."
    with pytest.raises(Stale):
        actions.save_case(draft, 3, case="Another", by=owner, shown={"case": ""})


def test_needs_are_listed_reworded_and_taken_off_and_the_ledger_keeps_their_words(draft, owner):
    """EL-11"""
    need = actions.add_need(draft, statement="One answer", cause="Rules were split", by=owner)
    need = actions.change_need(need, changes={"statement": "One clear answer"}, shown={"statement": "One answer"}, by=owner)
    actions.remove_need(need, by=owner)
    actions.remove_need(need, by=owner)

    assert not Need.objects.exists()
    assert acts_of(draft)[-3:] == ["need-added", "need-changed", "need-removed"]
    assert last_event(draft).facts["statement"] == "One clear answer"


def test_moving_a_draft_to_a_busy_program_area_says_who_is_there(draft, owner):
    """EL-02"""
    busy = draft_residency(product="Juror Response", area=program_area("Courts", "Attorney General"))

    with pytest.raises(Refused) as refused:
        actions.save_product(draft, shown_revision=draft.revision, changes={"program_area": busy.program_area}, by=owner)

    assert refused.value.codes == {"area-busy"}
    assert "Juror Response" in str(refused.value)


def test_what_is_no_busy_area_is_not_said_to_be_one(draft):
    """Another constraint that fails is no sentence about a residency that there is not."""
    year = ReferenceYear.objects.get()
    ReferenceYear.objects.update(last=year.last - 1)
    free = program_area("Courts", "Attorney General")

    with pytest.raises(Refused) as refused:
        residency_acts.start_intake(program_area=free, product="Juror Response", problem="Letters go astray.", by=ops())

    assert refused.value.codes == {"saved-meanwhile"}
    assert Residency.objects.get() == draft


def test_an_area_of_its_own_is_not_busy_with_itself(draft):
    """A constraint that an edit breaks is not put down to the residency that is edited."""
    with pytest.raises(Refused) as refused:
        residency_acts.edit_residency(draft, shown_revision=draft.revision, by=ops(), program_area=draft.program_area, phase="none such")
    assert refused.value.codes == {"not-consistent"}


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────


def test_a_script_is_no_link_and_nothing_is_kept(draft, owner):
    """D3-2"""
    condition = draft.conditions.get(number=1)
    with pytest.raises(Refused) as refused:
        actions.add_evidence_link(condition, title="Look", url="javascript:alert(1)", by=owner)

    assert refused.value.codes == {"unsafe-link"}
    assert not Evidence.objects.exists()


def test_a_file_is_kept_under_a_random_name(draft, owner, settings):
    """D3-24: nothing of what the person typed reaches the disk."""
    condition = draft.conditions.get(number=2)
    evidence = actions.add_evidence_file(condition, title="Mandate", name="../../etc/mandate.pdf", content=PDF, by=owner)

    assert "mandate" not in evidence.file.name
    assert evidence.file_name == "mandate.pdf"
    assert str(settings.MEDIA_ROOT) in evidence.file.path
    assert evidence.file.read() == PDF
    assert last_event(draft).facts["sha256"] == evidence.sha256


def test_withdrawn_evidence_stays_on_record_and_no_longer_counts(draft, owner):
    """EL-12"""
    condition = draft.conditions.get(number=1)
    evidence = actions.add_evidence_link(condition, title="Analytics", url="https://example.org", by=owner)
    actions.withdraw_evidence(evidence, by=owner)
    actions.withdraw_evidence(evidence, by=owner)

    assert Evidence.objects.get(pk=evidence.pk).withdrawn_at
    assert acts_of(draft).count("evidence-withdrawn") == 1
    with pytest.raises(MoveRefused) as refused:
        actions.submit_intake(draft, by=owner)
    assert "no-evidence-1" in refused.value.codes


# ── Sending ──────────────────────────────────────────────────────────────────────────────────


def test_an_empty_intake_is_refused_with_everything_it_misses(draft, owner):
    """EL-04, EL-10"""
    with pytest.raises(MoveRefused) as refused:
        actions.submit_intake(draft, by=owner)

    assert {f"no-case-{number}" for number in range(1, 7)} <= refused.value.codes
    assert {"no-description", "no-product-owner-name", "no-sponsors", "no-needs", "no-evidence-1"} <= refused.value.codes
    assert all(finding.place and finding.remedy for finding in refused.value.findings)
    assert acts_of(draft) == ["intake-started"]
    assert not Review.objects.exists()


def test_a_complete_intake_is_sent_waits_in_the_queue_and_the_lab_is_told(owner):
    """EL-10, EL-16"""
    officer = ops(email="officer@example.test")
    residency = actions.submit_intake(complete_draft(by=owner), by=owner)

    review = Review.objects.get(residency=residency)
    assert (residency.state, review.number, review.closed_at) == ("submitted", 1, None)
    assert residency.submitted_at == review.opened_at
    message = Message.objects.get()
    assert (message.to_address, message.occasion) == (officer.email, "intake-submitted")
    assert residency.reference in message.text


def test_a_stranger_cannot_send_somebody_elses_intake(owner):
    residency = complete_draft(by=owner)
    with pytest.raises(PermissionDenied):
        actions.submit_intake(residency, by=applicant())


def test_staff_can_fill_in_and_send_for_a_program_area():
    """EL-10"""
    officer = ops()
    residency = actions.submit_intake(complete_draft(by=officer), by=officer)

    assert residency.state == "submitted"
    assert not residency.memberships.exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda r, by: actions.save_intake(r, changes={"for_whom": "x"}, by=by),
        lambda r, by: actions.save_case(r, 1, case="x", by=by),
        lambda r, by: actions.save_product(r, shown_revision=r.revision, changes={"product": "x"}, by=by),
        lambda r, by: actions.add_need(r, statement="x", by=by),
        lambda r, by: actions.remove_need(r.intake.needs.first(), by=by),
        lambda r, by: actions.add_evidence_link(r.conditions.first(), title="x", url="https://example.org", by=by),
        lambda r, by: actions.add_evidence_file(r.conditions.first(), title="x", name="x.pdf", content=PDF, by=by),
        lambda r, by: actions.withdraw_evidence(Evidence.objects.get(), by=by),
    ],
)
def test_once_sent_an_intake_cannot_be_changed(owner, act):
    """EL-10: not by the form, not behind its back."""
    residency = submitted_residency(by=owner)
    before = acts_of(residency)

    with pytest.raises(Refused) as refused:
        act(residency, owner)

    assert refused.value.codes == {"not-draft"}
    assert acts_of(residency) == before


# ── Sharing ──────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_with_an_account_can_write_too(draft, owner):
    """EL-10"""
    colleague = applicant(email="noor@example.test")
    actions.share_intake(draft, email=" NOOR@example.test ", by=owner)

    assert colleague.has_perm("residencies.edit_intake", draft)


@pytest.mark.parametrize("email", ["nobody@example.test", "viewer@example.test", "gone@example.test"])
def test_an_address_without_an_applicants_account_is_refused(draft, owner, email):
    account("viewer", email="viewer@example.test")
    applicant(email="gone@example.test", is_active=False)

    with pytest.raises(Refused) as refused:
        actions.share_intake(draft, email=email, by=owner)

    assert refused.value.codes == {"no-account"}


def test_the_last_one_who_keeps_it_cannot_be_taken_off(draft, owner):
    with pytest.raises(Refused) as refused:
        actions.stop_sharing(draft.memberships.get(), by=owner)
    assert refused.value.codes == {"last-member"}

    colleague = applicant()
    actions.share_intake(draft, email=colleague.email, by=owner)
    actions.stop_sharing(draft.memberships.get(user=owner), by=colleague)
    assert not owner.has_perm("residencies.edit_intake", draft)


def test_asking_in_review_for_a_change_is_refused_too(owner):
    residency = residency_in_review(by=owner)
    with pytest.raises(Refused):
        actions.save_case(residency, 1, case="Better", by=owner)
