"""Many hands at once, on PostgreSQL with real locks (R12, R13)."""

import time
from collections import Counter
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from acts.act import SYSTEM
from agreements.amendments import voiding
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, templates
from agreements.invitations import actions as invitations_actions
from agreements.models import Agreement, AgreementVersion, InvitationToken, Signature, State
from agreements.signing import actions as signing_actions
from ledger.verification import verify
from outbox.models import Message
from residencies.lifecycle.actions import withdraw
from residencies.models import Residency
from residencies.models.states import State as ResidencyState
from tests.agreements.factories import circulated, complete_draft, intent, read_all, scan, sign, to_sign, witness
from tests.clock import HUNG
from tests.races import DONE, together
from tests.residencies.factories import ops, qualified_residency

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class PulledPlug:
    """Fails after the statement numbered `fatal`."""

    def __init__(self, fatal):
        self.left = fatal

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.left -= 1
        if self.left == 0:
            raise RuntimeError("pulled the plug")
        return result


def at_once(*acts):
    """How `acts`, let loose together, ended: so many "done", so many refused for which codes."""
    return Counter(end if end == DONE else ",".join(sorted(end)) for end in together(*acts))


def test_fifty_presses_on_one_invitation_make_one_signature():
    """R13, R12: whichever press comes first; all others are told so."""
    invitation = read_all(to_sign(circulated())[0])
    stated_intent, session_witness = intent(invitation), witness(invitation)
    ends = at_once(*[lambda: signing_actions.sign(invitation, stated_intent, session_witness)] * 50)
    assert ends == {"done": 1, "signed-already": 49}
    assert Signature.objects.count() == 1
    assert invitation.version.agreement.stream.events.filter(act="signed").count() == 1
    assert verify().broken is None


def test_the_last_two_signers_at_once_put_it_in_force_once():
    """EL-31, signing 4.11"""
    version = circulated()
    *others, penultimate, last = to_sign(version)
    for invitation in others:
        sign(invitation)
    acts = []
    for invitation in (penultimate, last):
        read_all(invitation)
        acts.append(partial(signing_actions.sign, invitation, intent(invitation), witness(invitation)))
    assert at_once(*acts) == {"done": 2}
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    assert version.agreement.stream.events.filter(act="agreement-in-force").count() == 1
    assert Message.objects.filter(occasion="agreement-in-force").count() == version.agreement.parties.count()
    assert verify().broken is None


def test_all_signers_at_once_sign_each_once():
    """R13"""
    version = circulated()
    acts = []
    for invitation in to_sign(version):
        read_all(invitation)
        acts += [partial(signing_actions.sign, invitation, intent(invitation), witness(invitation))] * 7
    ends = at_once(*acts)
    assert ends["done"] == Signature.objects.count() == len(to_sign(version))
    version.refresh_from_db()
    assert version.state == State.IN_FORCE


def test_two_officers_make_one_agreement():
    """EL-20"""
    residency = qualified_residency()
    template = templates.install_standard_template(by=SYSTEM)
    officers = [ops() for _ in range(8)]
    ends = at_once(*[lambda by=by: drafting_actions.prepare(residency.stream, template, by=by) for by in officers])
    assert ends["done"] == Agreement.objects.count() == 1
    residency.refresh_from_db()
    assert residency.state == ResidencyState.AGREEMENT
    assert set(ends) <= {"done", "agreement-exists", "wrong-state"}


def test_sending_twice_at_once_invites_each_party_once():
    """EL-26"""
    version, by = complete_draft(), ops()
    ends = at_once(*[lambda: sending.circulate(version, shown_revision=version.revision, by=by)] * 8)
    assert ends == {"done": 1, "words-frozen": 7}
    assert Message.objects.filter(occasion="agreement-invitation").count() == len(to_sign(version))


def test_a_condition_added_while_it_is_sent_is_either_in_the_words_or_refused():
    """EL-26: what is frozen is what the rows say."""
    from agreements.versions.canonical_text import canonical

    version, by = complete_draft(), ops()
    at_once(
        lambda: sending.circulate(version, shown_revision=version.revision, by=by),
        lambda: drafting_actions.set_conditions(version, [("Data", "Stays.")], shown_revision=version.revision, by=by),
    )
    version = AgreementVersion.objects.get(pk=version.pk)
    if version.state == State.CIRCULATED:
        assert bytes(version.canonical) == canonical(version)


def test_revoking_while_signing_leaves_one_clear_end():
    """EL-28: signed before it ended, or refused because it had."""
    invitation = read_all(to_sign(circulated())[0])
    stated_intent, session_witness, by = intent(invitation), witness(invitation), ops()
    ends = at_once(
        lambda: signing_actions.sign(invitation, stated_intent, session_witness),
        lambda: invitations_actions.revoke_invitation(invitation, by=by),
    )
    assert sum(ends.values()) == 2
    assert ends["done"] + ends["invitation-ended"] == 2
    assert Signature.objects.count() == ends["done"] - 1
    assert not InvitationToken.objects.filter(revoked_at=None).exists()


def test_a_fault_after_any_statement_of_signing_leaves_nothing_behind():
    """R10, D3-11: signature, ledger and messages, all or none."""
    version = circulated()
    *others, last = to_sign(version)
    for invitation in others:
        sign(invitation)
    read_all(last)
    stated_intent, session_witness = intent(last), witness(last)
    events, messages = version.agreement.stream.events.count(), Message.objects.count()
    for fatal in range(1, 200):
        try:
            with connection.execute_wrapper(PulledPlug(fatal)):
                signing_actions.sign(last, stated_intent, session_witness)
        except RuntimeError:
            version.refresh_from_db()
            assert version.state == State.CIRCULATED
            assert Signature.objects.count() == len(others)
            assert version.agreement.stream.events.count() == events
            assert Message.objects.count() == messages
        else:
            break
    assert fatal > 20
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    assert transaction.get_connection().in_atomic_block is False


# ── Beside the end of the residency ──────────────────────────────────────────────────────────


class Lingering:
    """Waits after the first statement that writes to `table`, so that the other act gets as far as it can."""

    def __init__(self, table):
        self.start, self.reached = f'INSERT INTO "{table}"', Event()

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not self.reached.is_set() and sql.startswith(self.start):
            self.reached.set()
            time.sleep(2)
        return result


def beside_a_withdrawal(residency, act, *, lingers_at):
    """How `act`, that was first to write to the table `lingers_at`, and the withdrawal of `residency` ended."""
    by, first = ops(), Lingering(lingers_at)

    def lingering():
        with connection.execute_wrapper(first):
            act(by)

    def withdrawing():
        assert first.reached.wait(HUNG)
        withdraw(residency, reason="Priorities changed.", by=by)

    return together(lingering, withdrawing)


def test_an_agreement_made_again_while_the_residency_is_withdrawn_ends_with_it():
    """EL-85, EL-33: no agreement is left standing on a residency that has ended."""
    template = templates.install_standard_template(by=SYSTEM)
    residency = qualified_residency()
    draft = drafting_actions.prepare(residency.stream, template, by=ops())
    voiding.void_agreement(draft.agreement, reason="Wrong template.", shown_state=voiding.standing_of(draft), by=ops())
    residency = Residency.objects.get(pk=residency.pk)
    ends = beside_a_withdrawal(
        residency, lambda by: drafting_actions.prepare(residency.stream, template, by=by), lingers_at="agreements_agreement"
    )
    assert ends == [DONE, DONE]
    assert not Agreement.objects.current().filter(stream=residency.stream).exists()


def test_a_scan_recorded_while_the_residency_is_withdrawn_meets_no_deadlock():
    """EL-85: the residency is locked before its stream, by both."""
    residency = qualified_residency()
    ends = beside_a_withdrawal(residency, lambda by: scan(residency, by=by), lingers_at="ledger_event")
    assert ends == [DONE, DONE]
