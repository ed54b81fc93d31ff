"""Whatever ends a residency ends all that hangs on it, in the same transaction (EL-85, EL-82, EL-04)."""

import datetime

import pytest
from django.utils import timezone

from agreements.models import AgreementVersion, Amendment, HandOver, Invitation, InvitationToken
from agreements.models import State as AgreementState
from agreements.signing.delegation import propose_hand_over
from community.models import DeskAllocation, ExpertSession
from outbox.delivery.sweep import sweep
from outbox.models import Message
from outbox.reminders.declare import REMINDERS
from partnerships.models import Partnership
from people.models import Role
from residencies.conversations import todo as conversation_todo
from residencies.lifecycle import actions
from residencies.models import Conversation, Residency
from residencies.models.states import ENDED, State
from teams.models import Champion, RoleFinding, Sprint
from tests.acts.residencies import everybody
from tests.agreements import amending
from tests.agreements import factories as agreements
from tests.agreements.factories import as_party
from tests.community.factories import asked, desks, matched
from tests.factories import account
from tests.outbox.reminders import one_of_each_due
from tests.oversight.task_rows import write_plan
from tests.pages import text
from tests.residencies.rows import qualified
from tests.residencies.walks import TODAY, Facts, conversation
from tests.teams.factories import champion, ready_team, sprinting

pytestmark = pytest.mark.django_db

REASON = "Two agencies will deliver this together."


def full(state, *, by, in_force=False):
    """A residency at `state` from which everything hangs that can: agreement, reviews, sessions, desks, proposals."""
    residency = qualified()  # kept by somebody else: nobody decides about their own (OP-03)
    version = agreements.in_force(residency=residency) if in_force else agreements.circulated(residency=residency)
    ready_team(residency)
    champion(residency)
    sprinting(residency)
    asked(residency)
    matched(residency)
    desks(residency)
    if not in_force:
        first, second, *_rest = agreements.to_sign(version)
        agreements.token_for(first)
        amending.proposed(version, invitation=first)
        propose_hand_over(second, name="Wren Delgado", email="wren@example.org", reason="I am away.", by=as_party(second))
    facts = Facts(residency, by)
    for fact in ("assessments", "carried_out", "destinations"):
        facts.set(fact, True)
    write_plan(residency)
    live = {"live_on": TODAY, "graduation_due_on": TODAY + datetime.timedelta(days=180)} if state == State.LIVE else {}
    Residency.objects.filter(pk=residency.pk).update(state=state, started_on=TODAY, **live)
    conversation(residency, "pivot")
    sweep()
    return Residency.objects.get(pk=residency.pk)


def withdrawn(residency, by):
    return actions.withdraw(residency, reason=REASON, by=by)


def pivoted(residency, by):
    return actions.pivot(residency, reason=REASON, on=TODAY, by=by)


def graduated(residency, by):
    return actions.graduate(residency, on=TODAY, reintegrated_into="Digital branch", by=by)


ENDINGS = [
    pytest.param(withdrawn, State.AGREEMENT, False, id="withdrawn while the agreement is out"),
    pytest.param(pivoted, State.AGREEMENT, False, id="pivoted while the agreement is out"),
    pytest.param(pivoted, State.LIVE, True, id="pivoted when live"),
    pytest.param(graduated, State.LIVE, True, id="graduated"),
]


@pytest.mark.parametrize(("end", "state", "in_force"), ENDINGS)
def test_nothing_that_hangs_on_a_residency_survives_its_end(end, state, in_force):
    """EL-85: no open version, invitation, link, proposal, review, session, desk or reminder."""
    by = everybody()
    residency = full(state, by=by, in_force=in_force)
    waiting = Message.objects.unsent().filter(stream=residency.stream, occasion__in=REMINDERS)

    residency = end(residency, by)

    stream = residency.stream
    versions = AgreementVersion.objects.filter(agreement__stream=stream)
    assert set(versions.values_list("state", flat=True)) == ({AgreementState.IN_FORCE} if in_force else {AgreementState.VOID})
    of_version = {"version__agreement__stream": stream}
    assert not Invitation.objects.filter(**of_version, revoked_at=None, version__state=AgreementState.VOID).exists()
    links = InvitationToken.objects.filter(revoked_at=None, invitation__version__state=AgreementState.VOID)
    assert not links.exists()
    assert not Amendment.objects.open().filter(**of_version).exists()
    assert not HandOver.objects.filter(**of_version, state=HandOver.State.PROPOSED).exists()
    assert not Sprint.objects.filter(team__stream=residency.stream_id, called_off_at=None, review_on__gt=TODAY).exists()
    assert set(ExpertSession.objects.filter(residency=residency).values_list("state", flat=True)) == {"called_off"}
    assert not DeskAllocation.objects.between(TODAY + datetime.timedelta(days=1)).filter(residency=residency).exists()
    assert not RoleFinding.objects.open().filter(team__stream=residency.stream_id).exists()
    assert not waiting.exists()

    sweep(timezone.now() + datetime.timedelta(days=1))
    assert not waiting.exists(), "the next sweep asked again"


def test_the_sweep_queues_no_reminder_about_what_has_ended_whatever_else_was_missed():
    """EL-85: every occasion, every ended state. Nothing but the state is changed: the sweep itself starts from it."""
    one_of_each_due()
    sweep()
    reminders = Message.objects.filter(occasion__in=REMINDERS)
    assert set(reminders.values_list("occasion", flat=True)) == set(REMINDERS), "the scene gives no cause for some"

    for state in ENDED:
        Message.objects.all().delete()
        past = {"before_portal": True} if state == State.GRADUATED else {"before_portal": False}
        Residency.objects.update(state=state, ended_on=TODAY, end_reason=REASON, **past)
        Partnership.objects.update(state="ended", ended_on=TODAY, end_reason=REASON)
        sweep()
        after_end = {name for name, reminder in REMINDERS.items() if reminder.after_end}
        assert set(reminders.values_list("occasion", flat=True)) <= after_end, state


@pytest.mark.parametrize(("end", "state", "in_force"), ENDINGS)
def test_those_concerned_are_told_once_each(end, state, in_force):
    """EL-82, EL-85: team, champions, parties, program area and lab; calendars withdraw what was booked."""
    by = everybody()
    residency = full(state, by=by, in_force=in_force)
    ops = account(Role.LAB_OPS)
    Message.objects.all().delete()

    residency = end(residency, by)

    messages = Message.objects.filter(occasion="residency-ended")
    people = list(messages.values_list("person__name", flat=True))
    assert len(people) == len(set(people))
    seats = [seat.person.name for seat in residency.stream.team.seats.all()]
    assert set(seats) <= set(people)
    assert residency.stream.team.champions.first().person.name in people
    assert residency.memberships.get().user.name in people
    assert ops.name in people
    closed = set(Message.objects.filter(occasion="agreement-closed").values_list("person__name", flat=True))
    assert "Anneke Torvald" in (set(people) if in_force else closed)
    assert any("file:" in str(message.mint) for message in Message.objects.filter(occasion="review-changed"))
    assert any("file:" in str(message.mint) for message in Message.objects.filter(occasion="expert-session-off"))
    if end is not graduated:
        assert all(REASON in text for text in messages.values_list("text", flat=True))


def test_a_pivot_that_a_conversation_came_to_is_on_leaderships_list(client):
    """EL-85: until it is decided, or a later conversation comes to something else."""
    residency = full(State.LIVE, by=everybody(), in_force=True)
    client.force_login(account(Role.LAB_OPS))
    assert "Decide on the pivot" not in text(client.get("/?all"))
    client.force_login(account(Role.LAB_LEAD))
    decide = f"Decide on the pivot : {residency.product}"
    assert decide in text(client.get("/")).partition("Overdue")[0]

    conversation(residency, "resolved")
    assert conversation_todo.pivots_to_decide(TODAY) == []


def test_no_conversation_of_an_ended_residency_is_overdue():
    residency = full(State.LIVE, by=everybody(), in_force=True)
    long_ago = TODAY - datetime.timedelta(days=40)
    Conversation.objects.create(residency=residency, expectation="Time", raised_by="The lab", opened_on=long_ago, due_on=long_ago)
    assert residency in Residency.objects.overdue(TODAY)
    assert conversation_todo.open_conversations(TODAY)

    graduated(residency, everybody())

    assert residency not in Residency.objects.overdue(TODAY)
    assert conversation_todo.open_conversations(TODAY) == []


def test_whoever_has_signed_a_version_that_is_closed_still_reads_what_they_signed():
    """EL-28: the link of a party that signed opens it to read."""
    by = everybody()
    residency = qualified(by=by)
    version = agreements.circulated(residency=residency)
    signer, other = agreements.to_sign(version)[:2]
    agreements.sign(signer)
    Residency.objects.filter(pk=residency.pk).update(state=State.AGREEMENT)

    withdrawn(Residency.objects.get(pk=residency.pk), by)

    for invitation in (signer, other):
        invitation.refresh_from_db()
    assert (signer.revoked_at, other.revoked_at is None) == (None, False)


def test_the_leaders_who_signed_for_the_program_and_the_alliance_team_become_its_champions():
    """EL-36, EL-44: in force with no champions can't be. The lab's own don't, nor does the product owner, who is on the team."""
    version = agreements.in_force(informed=True)
    residency = version.agreement.subject
    named = {c.person.name: (c.role, c.from_on) for c in Champion.objects.filter(team__stream=residency.stream_id)}
    partners = version.agreement.parties.exclude(role__side="lab").exclude(role__label="Product owner").select_related("person")
    assert set(named) == {party.person.name for party in partners}
    assert sorted(role for role, _day in named.values()) == ["adm", "cfo", "cio", "ed", "other", "other", "other", "other"]
    assert {day for _role, day in named.values()} == {TODAY}


def test_whoever_is_a_champion_already_stays_one_as_they_are():
    version = agreements.circulated()
    residency = version.agreement.subject
    party = version.agreement.parties.get(role__side="alliance")
    known = champion(residency, person=party.person)
    for invitation in agreements.to_sign(version):
        agreements.sign(invitation)

    assert list(Champion.objects.filter(team__stream=residency.stream_id, person=party.person)) == [known]
