"""Acts called as from a shell, past every page: what passed at 379e9d2, and refuses now (K4)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from agreements.amendments import voiding
from agreements.drafting import sending
from agreements.invitations import actions as invitations_actions
from agreements.invitations.sessions import Witness
from agreements.models import AgreementVersion, Signature
from agreements.signing import actions as signing_actions
from agreements.signing import delegation
from ledger.models import Event
from people.models import User
from residencies.conversations import actions as conversation_actions
from residencies.graduation import actions as graduation_actions
from residencies.lifecycle import residency as residency_acts
from residencies.models import Conversation, Residency
from residencies.models.states import State
from residencies.reference_data import set_figure
from residencies.review import actions as review_actions
from teams.calendar import actions as calendar_actions
from teams.models import CalendarFeed
from teams.roster import actions as roster_actions
from tests.agreements.factories import circulated, complete_draft, intent, read_all, to_sign, witness
from tests.clock import TODAY
from tests.factories import account, person
from tests.residencies import conversing
from tests.residencies import factories as make
from tests.residencies.rows import residency as at

pytestmark = pytest.mark.django_db
FOUR = ("viewer", "product_owner", "lab_lead", "lab_ops")


def refuses(call) -> bool:
    """Whether it raises PermissionDenied and leaves the ledger as it was."""
    before = Event.objects.count()
    with pytest.raises(PermissionDenied):
        call()
    return Event.objects.count() == before


def test_a_viewer_can_not_extend_a_graduation(viewer, ops):
    residency = at(State.LIVE, live_on=TODAY, graduation_due_on=TODAY + datetime.timedelta(days=180))
    later = TODAY + datetime.timedelta(days=200)
    for by in (viewer, ops):
        assert refuses(lambda by=by: graduation_actions.extend_graduation(residency, to_on=later, reason="Please.", by=by))
    assert Residency.objects.get(pk=residency.pk).graduation_due_on == residency.graduation_due_on


def test_an_applicant_can_not_decide_the_conditions_of_their_own_intake():
    applicant = make.applicant()
    residency = make.residency_in_review(by=applicant)
    condition = residency.conditions.get(number=1)
    assert refuses(lambda: review_actions.decide_condition(condition, verdict="met", reason="It is mine.", by=applicant))
    assert not condition.findings.exists()


def test_nobody_but_lab_operations_sends_an_agreement_out_or_makes_it_void(viewer, owner, lead):
    draft, out = complete_draft(), circulated()
    for by in (viewer, owner, lead):
        assert refuses(lambda by=by: sending.circulate(draft, shown_revision=draft.revision, by=by))
        shown_state = voiding.standing_of(out)
        assert refuses(
            lambda by=by, shown_state=shown_state: voiding.void_agreement(out.agreement, reason="So.", shown_state=shown_state, by=by)
        )
    assert AgreementVersion.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize("role", FOUR)
def test_nobody_but_an_administrator_sets_a_figure(role):
    assert refuses(lambda: set_figure("team_most", 12, valid_from=TODAY, by=account(role)))


def test_nobody_but_lab_operations_and_those_who_keep_the_residency_seats_a_team(viewer, owner, lead):
    residency = at(State.IN_RESIDENCE)
    for by in (viewer, owner, lead):
        fields = {"role": "designer", "employer": "government", "from_on": TODAY, "name": "Dana Lee"}
        assert refuses(lambda by=by, fields=fields: roster_actions.add_seat(residency, **fields, by=by))


def test_an_account_that_was_closed_can_do_nothing_it_could_before(ops):
    residency = make.draft_residency()
    User.objects.filter(pk=ops.pk).update(is_active=False)
    closed = User.objects.get(pk=ops.pk)
    assert refuses(lambda: residency_acts.edit_residency(residency, shown_revision=residency.revision, product="Mine", by=closed))


def test_nobody_signs_for_a_party_but_the_party(ops):
    """Naming the person is not being it: it takes a link of this invitation that stands, or the person's own account."""
    first, second = [read_all(invitation) for invitation in to_sign(circulated())[:2]]
    stated_intent, another = intent(first), witness(second)
    for presenter in (Witness(), Witness(link=another.link), Witness(method="account", user=ops), first.party.person, ops):
        assert refuses(lambda presenter=presenter: signing_actions.sign(first, stated_intent, presenter))
    assert not Signature.objects.exists()
    assert signing_actions.sign(first, stated_intent, witness(first))


def test_nobody_declines_or_reads_for_a_party_but_the_party(ops):
    invitation = to_sign(circulated())[0]
    for by in (ops, invitation.party.person, None):
        assert refuses(lambda by=by: delegation.decline(invitation, "No.", by=by))
        assert refuses(lambda by=by: invitations_actions.mark_read(invitation, [1], by=by))


def test_nobody_makes_a_calendar_address_for_somebody_else(ops):
    somebody = person(user=account("viewer"))
    assert refuses(lambda: calendar_actions.make_feed(somebody, by=ops))
    assert not CalendarFeed.objects.exists()


def test_a_stranger_can_not_rewrite_a_conversation(owner):
    """K5 asks when; this asks who."""
    conversation = Conversation.objects.create(
        residency=at(State.IN_RESIDENCE), expectation="Time", raised_by="The lab", opened_on=TODAY, due_on=TODAY
    )
    fields = conversing.outcome(outcome="pivot")
    assert refuses(lambda: conversation_actions.hold_conversation(conversation, shown_revision=conversation.revision, **fields, by=owner))
