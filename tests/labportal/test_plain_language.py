"""What people read is plain: mail and help at grade 9 or below, clauses of the agreement at grade 11 or below (engineering.md A4)."""

import importlib
import pkgutil
import tomllib

import pytest
from django.conf import settings
from django.forms import BaseForm
from django.test import override_settings
from django.utils import timezone

from acts.act import SYSTEM
from agreements.drafting.templates import install_standard_template
from agreements.signing.delegation import confirm_hand_over
from agreements.versions.records import compare
from labportal.accounts import invite_to_account, send_password_link
from labportal.sign_in import count_wrong_password
from labportal.tasks import export_once_a_day
from outbox.catalogue.messages import MESSAGES
from outbox.delivery.compose import letter_of
from outbox.delivery.sweep import sweep
from outbox.models import Heartbeat, Message
from oversight.documents.altered import RecordsAltered
from people.actions import edit_account, person_of
from people.addresses import change_address, confirm_address_change
from recovery import restore
from recovery.watch import raise_alarms
from residencies.intake.conditions import CONDITIONS
from residencies.lifecycle.actions import withdraw
from residencies.models import ConversationInvitee
from residencies.models.states import State
from tests.acts import SCENARIOS
from tests.agreements.amending import changed_midway
from tests.agreements.factories import circulated, to_sign
from tests.attack.tampering import unguarded
from tests.factories import account, long_standing, person
from tests.outbox.factories import a_digest
from tests.outbox.reminders import one_of_each_due
from tests.oversight.status import answered, asked
from tests.reading_ease import grade, syllables
from tests.residencies import conversing, rows
from tests.residencies.factories import find_all, residency_in_review
from tests.teams.factories import miss_two_reviews

MAIL, HELP, CLAUSE = 9, 9, 11
APPS = (
    "agreements",
    "community",
    "labportal",
    "metrics",
    "outbox",
    "oversight",
    "partnerships",
    "people",
    "residencies",
    "sealing",
    "teams",
    "web",
)
# Shorter ones are examples and labels rather than sentences; the formula says nothing about those.
SENTENCE_WORDS = 8
TEMPLATE = tomllib.loads((settings.BASE_DIR / "agreements/drafting/standard_template.toml").read_text())
CLAUSES = [clause for section in TEMPLATE["sections"] for clause in section["clauses"]]


def helps() -> dict[str, str]:
    """Every help text of every form of ours that is a sentence, by form and field."""
    help_texts = {}
    for module in form_modules():
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, BaseForm) and form.__module__ == module.__name__:
                for name, field in getattr(form, "base_fields", {}).items():
                    help_texts[f"{form.__name__}.{name}"] = str(field.help_text)
    return {where: text for where, text in help_texts.items() if len(text.split()) >= SENTENCE_WORDS}


def form_modules():
    for app in APPS:
        for info in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if ".forms" in info.name or info.name.endswith((".filters", ".tables")):
                yield importlib.import_module(info.name)


HELPS = helps()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["heading"])
def test_a_clause_of_the_standard_agreement_is_plain(clause):
    """EL-20"""
    assert grade(clause["text"]) <= CLAUSE


@pytest.mark.parametrize("part", ["summary", "statement_of_intent", "consent"])
def test_what_a_signer_says_yes_to_is_plain(part):
    """EL-27"""
    assert grade(TEMPLATE[part]) <= MAIL


@pytest.mark.parametrize("where", sorted(HELPS))
def test_help_beside_a_field_is_plain(where):
    assert grade(HELPS[where]) <= HELP, HELPS[where]


@pytest.mark.parametrize("number", CONDITIONS)
def test_what_a_condition_asks_and_why_is_plain(number):
    """EL-12"""
    words = CONDITIONS[number]
    assert grade(f"{words.question} {words.why}") <= HELP
    assert grade(str(words.example)) <= HELP


@pytest.mark.django_db
def test_every_mail_is_plain():
    """EL-63: reminders of graduation before, on and after the day, too. A new kind of mail is missing here until it is written too."""
    mails = list(written())
    assert {occasion for occasion, _text in mails} == set(MESSAGES)
    assert {occasion: round(grade(text), 1) for occasion, text in mails if grade(text) > MAIL} == {}


def written():
    """One mail of each kind, as it is queued."""
    for act in ("intake.actions.submit_intake", "review.actions.ask_for_more", "review.actions.qualify", "review.actions.decline"):
        SCENARIOS[f"residencies.{act}"]()()
    SCENARIOS["residencies.review.actions.hand_over"]()()
    install_standard_template(by=SYSTEM)
    SCENARIOS["residencies.lifecycle.actions.reopen_review"]()()
    SCENARIOS["agreements.discussion.actions.comment"]()()
    for act in ("actions.propose_amendment", "actions.reject_amendment", "voiding.void_agreement"):
        SCENARIOS[f"agreements.amendments.{act}"]()()
    changed_midway()
    SCENARIOS["residencies.lifecycle.actions.pivot"]()()
    withdraw(circulated().agreement.subject, reason="The branch was dissolved.", by=account("lab_ops"))
    for act in ("record_sealed", "put_seal_off"):  # both of an agreement in force
        SCENARIOS[f"agreements.sealing.actions.{act}"]()()
    for act in ("signing.codes.ask_for_code", "signing.delegation.decline", "invitations.actions.say_wrong_person"):
        SCENARIOS[f"agreements.{act}"]()()
    for act in ("propose_hand_over", "confirm_hand_over", "refuse_hand_over", "replace_party"):
        SCENARIOS[f"agreements.signing.delegation.{act}"]()()
    addresses_change()
    send_password_link(account("viewer"), by=SYSTEM)
    invite_to_account(account("viewer"), by=account("admin"))
    with override_settings(LEDGER_HEADS_EMAIL="heads@example.test"):
        export_once_a_day()
    altered_record()
    Heartbeat.objects.create(name=restore.FAULTY, at=timezone.now(), reason="A file is missing.", failures=1)
    raise_alarms()
    findings_drafted()
    miss_two_reviews()
    for act in ("move_review", "reinstate_review"):
        SCENARIOS[f"teams.sprints.actions.{act}"]()()
    for act in ("match_session", "call_off_session"):
        SCENARIOS[f"community.experts.actions.{act}"]()()
    SCENARIOS["community.mentors.actions.match_mentor"]()()
    one_of_each_due()
    sweep()
    a_digest(person())
    SCENARIOS["oversight.documents.actions.put_document_seal_off"]()()
    conversations_change()
    decision_made()
    for act in ("endings.actions.raise_decisions", "lifecycle.actions.end_partnership", "workspace.relationship.actions.rate"):
        SCENARIOS[f"partnerships.{act}"]()()
    for act in ("cases.actions.ask_partners",):
        SCENARIOS[f"partnerships.{act}"]()()
    for message in Message.objects.order_by("pk"):
        yield message.occasion, letter_of(message).text


def decision_made():
    """A decision of a report, by another account than the one that sent it."""
    sender = account("lab_ops")
    person_of(sender, by=sender)
    answered(asked(by=sender), by=account("lab_ops"))


def addresses_change():
    """A party's address, by two accounts, and an account's."""
    party = to_sign(circulated())[0].party
    change = change_address(party.person, "new@example.org", reason="She moved.", by=long_standing("lab_ops"))
    confirm_address_change(change, by=long_standing("lab_lead"))
    edit_account(account("viewer"), email="newer@example.org", by=account("admin"))
    confirm_hand_over(SCENARIOS["agreements.signing.delegation.replace_party"]()(), by=long_standing("lab_ops"))
    paused = account("viewer")
    for _ in range(settings.WRONG_PASSWORDS_A_DAY):
        count_wrong_password(paused.email)


def conversations_change() -> None:
    """A conversation is planned and moved, someone is taken off its list, the time is cancelled, and it ends in a pivot."""
    ops, _lead = account("lab_ops"), account("lab_lead")
    conversation = conversing.opened(rows.residency(State.IN_RESIDENCE), by=ops)
    invitee = conversing.invited(conversation, person(), "partners", by=ops)
    meeting = conversing.planned(conversation, by=ops)
    meeting = conversing.planned(conversation, by=ops, days=5, shown_revision=meeting.revision)
    ConversationInvitee.objects.filter(pk=invitee.pk).update(entry_sent_at=timezone.now())
    conversing.meetings.uninvite(invitee, by=ops)
    conversing.meetings.cancel_meeting(meeting, reason="Illness.", shown_revision=meeting.revision, by=ops)
    conversing.held(conversation, by=ops, outcome="pivot")


def findings_drafted() -> None:
    """The last finding of a case is drafted: leadership is told."""
    account("lab_lead")
    find_all(residency_in_review(), by=account("lab_ops"))


def altered_record() -> None:
    """A clause is changed past the acts, and somebody looks at its agreement: administrators are told."""
    account("admin")
    version = circulated()
    with unguarded():
        version.clauses.update(text="Forged.")
    with pytest.raises(RecordsAltered):
        compare(version)


def test_the_measure_tells_a_primer_from_a_statute():
    assert grade("The dog ran. It was hot. He sat in the sun.") < 2
    statute = (
        "Notwithstanding any contractual provision to the contrary, the indemnification obligations hereunder constitute "
        "continuing undertakings, enforceable irrespective of subsequent organizational modifications."
    )
    assert grade(statute) > 20
    assert grade("") == grade("https://example.org/a {{ link }} me@example.org") == 0
    assert [syllables(word) for word in ("the", "people", "agreement", "created", "hoped", "services", "makes")] == [1, 2, 3, 2, 1, 3, 1]
