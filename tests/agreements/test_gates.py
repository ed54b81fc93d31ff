"""What steps and lists hear from agreements, about one residency or many (EL-06, EL-31)."""

import pytest
from django.utils import timezone

from acts.act import SYSTEM
from agreements.drafting import templates
from agreements.gates import in_force as gate
from agreements.models import Agreement
from agreements.signing import delegation
from residencies.lifecycle.blockers import blockers as blockers_of
from residencies.models import Residency
from residencies.models.states import State
from tests.agreements.factories import as_party, circulated, complete_draft, draft, in_force, sign, to_sign
from tests.clock import TODAY
from tests.residencies.factories import ops
from tests.residencies.rows import residency as at

pytestmark = pytest.mark.django_db


def blockers(residency):
    return gate([residency], TODAY)[residency.stream_id]


def of(version):
    return Residency.objects.get(stream=version.agreement.stream)


def test_no_agreement_is_said():
    """A residency put at this state by an import, or whose agreement was voided."""
    assert [finding.code for finding in blockers(at(State.AGREEMENT))] == ["no-agreement"]


def test_a_draft_is_said_to_be_one():
    assert [finding.code for finding in blockers(of(draft()))] == ["agreement-not-circulated"]


def test_whoever_has_not_signed_is_named_and_nobody_else():
    """EL-31"""
    version = circulated()
    first, second, *others = to_sign(version)
    sign(first)
    findings = blockers(of(version))
    assert [finding.code for finding in findings] == ["not-signed"] * (len(others) + 1)
    assert findings[0].message.startswith(second.party.person.name)
    assert not any(first.party.person.name in finding.message for finding in findings)


def test_whoever_has_declined_is_not_said_to_wait():
    """EL-29, EL-31: the list and the gate say the same."""
    version = circulated()
    invitation = to_sign(version)[0]
    delegation.decline(invitation, "No budget.", by=as_party(invitation))
    findings = blockers(of(version))
    assert [finding.code for finding in findings if invitation.party.person.name in finding.message] == ["declined-to-sign"]


def test_an_agreement_in_force_has_nothing_said_of_it():
    assert blockers(of(in_force())) == []


def test_a_voided_agreement_is_none():
    version = circulated()
    Agreement.objects.filter(pk=version.agreement_id).update(voided_at=timezone.now(), void_reason="By mistake.")
    assert [finding.code for finding in blockers(of(version))] == ["no-agreement"]


def test_the_list_says_what_the_refused_step_says():
    """A step asks about one residency, a list about many: both must find the same."""
    by = ops()
    residencies = [of(make(by=by)) for make in (circulated, draft, complete_draft, circulated, in_force)]
    assert gate(residencies, TODAY) == {residency.stream_id: blockers(residency) for residency in residencies}


def test_the_list_names_one_and_counts_the_rest():
    residency = of(circulated())
    blocker = blockers_of([residency], TODAY)[residency.stream_id]
    assert blocker.message.startswith("Anneke Torvald")
    assert blocker.more == len(blockers(residency)) - 1 + 2  # and two things that the team lacks


def test_many_agreements_cost_two_queries(django_assert_num_queries):
    by = ops()
    templates.install_standard_template(by=SYSTEM)
    residencies = [of(make(by=by)) for make in (draft, circulated, in_force, circulated)]
    with django_assert_num_queries(2):
        gate(residencies, TODAY)
