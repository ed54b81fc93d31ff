"""The demo as it stands once it is loaded; loaded once for all of this module."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from agreements.models import AgreementVersion, Amendment
from community.models import Alumnus, BenefitOwner, BenefitQuarter, Contribution
from demo import context
from demo.accounts import ACCOUNTS, APPLICANTS, PASSWORD
from demo.management.commands.demo import Command
from ledger.compare_records import verify_records
from ledger.models import Event
from ledger.subjects import subject_of
from ledger.verification import verify
from outbox.models import Message
from oversight.models import DelayedApproval, MoneyLine
from partnerships.choices import Stage
from partnerships.models import ClientComment, Decision, Partnership, RatingRound
from people.models import Person, User
from reports.models import Lesson
from reports.portfolio.queries import Scope, facts_for
from reports.portfolio.rules import Period
from reports.showcase.queries import product_list
from residencies.models import Conversation, Question, Residency
from residencies.models.states import ENDED, State
from teams.models import Presence, Training
from teams.roster.gates import role_checks

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    """What the command says on an empty database; taken back when the module is done."""
    out = StringIO()
    with django_db_blocker.unblock(), as_it_was_afterwards():
        with override_settings(DEBUG=True):
            call_command(Command(), stdout=out)
        with django_db_blocker.block():
            yield out.getvalue()


@contextlib.contextmanager
def as_it_was_afterwards():
    """Commits the demo where a copy can bring the empty database back, so that no test's rollback can reach it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(":memory:")) as before:
            connection.connection.backup(before)
            yield
            before.backup(connection.connection)
    else:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


def test_the_summary_names_every_account_and_the_one_password(demo):
    assert all(account.email in demo for account in ACCOUNTS)
    assert f"Password for all of them: {PASSWORD}" in demo
    assert len(PASSWORD) >= 15
    assert all(check_password(PASSWORD, user.password) for user in User.objects.filter(email__in=[a.email for a in ACCOUNTS]))


def test_the_five_accounts_hold_one_role_each_and_the_applicants_cannot_sign_in():
    roles = {user.email.split("@")[0]: set(user.roles) for user in User.objects.all()}
    assert {name: roles[name] for name in ("ops", "lead", "owner", "viewer", "admin")} == {
        "ops": {"lab_ops"}, "lead": {"lab_lead"}, "owner": {"product_owner"}, "viewer": {"viewer"}, "admin": {"admin"},
    }  # fmt: skip
    assert not any(User.objects.get(email=f"{short}@example.test").has_usable_password() for short, _name in APPLICANTS)


def test_the_ledger_of_the_demo_is_whole_and_says_itself_what_is_invented():
    assert verify().broken is None
    assert verify_records().mismatch is None
    loaded = Event.objects.get(act=context.LOADED)
    references = [*Residency.objects.values_list("reference", flat=True), *Partnership.objects.values_list("reference", flat=True)]
    assert sorted(loaded.facts["invented"]) == sorted(references)
    assert timezone.now() - loaded.at < datetime.timedelta(minutes=5)


def test_nothing_in_the_demo_lies_in_the_future_and_each_history_is_in_order():
    loaded = Event.objects.get(act=context.LOADED)
    assert not Event.objects.filter(at__gt=loaded.at).exists()
    for residency in Residency.objects.all():
        moments = list(residency.stream.events.order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments)


def test_people_of_the_demo_have_addresses_that_belong_to_nobody_and_no_old_mail_waits():
    domains = {email.split("@")[1] for email in Person.objects.exclude(email="").values_list("email", flat=True)}
    assert domains <= {"example.org", "example.test"}
    assert set(Message.objects.leaving().values_list("occasion", flat=True)) <= {"agreement-invitation"}


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_second_run_adds_nothing_and_touches_nothing(settings):
    settings.DEBUG = True
    Residency.objects.filter(product="Invasive Species").update(problem="Mine now.")
    before, out = counts(), StringIO()
    call_command(Command(), stdout=out)

    assert "already loaded. Nothing was changed" in out.getvalue()
    assert counts() == before
    assert Residency.objects.get(product="Invasive Species").problem == "Mine now."


def test_every_state_is_there():
    assert set(Residency.objects.values_list("state", flat=True)) == set(State)


def test_four_partnerships_are_in_four_stages_and_one_waits_for_a_decision():
    """SP-01, SP-06"""
    expected = {Stage.EXPLORING, Stage.FEASIBILITY, Stage.AGREEING, Stage.OPERATING}
    assert set(Partnership.objects.values_list("state", flat=True)) == expected
    assert Decision.objects.get().partnership.state == Stage.OPERATING


def test_comments_were_followed_up_and_one_is_overdue():
    """PB-48"""
    assert ClientComment.objects.filter(followed_up_on__isnull=False).count() == 5
    assert ClientComment.objects.overdue(timezone.localdate()).count() == 1


def test_two_rounds_of_ratings_are_compared_and_one_waits_for_ratings():
    """PB-29"""
    assert RatingRound.objects.filter(ended_on__isnull=False, partnership__state=Stage.OPERATING).count() == 2
    assert sorted(rating.given_on is None for rating in RatingRound.objects.get(ended_on=None).ratings.all()) == [False, True, True]


def test_there_is_one_of_every_thing_that_may_need_somebody():
    today = timezone.localdate()
    codes = {finding.code for residency in Residency.objects.under_way() for finding in role_checks(residency, today)}
    assert {"no-devops", "too-few-government", "product-owner-untrained"} <= codes
    assert Residency.objects.filter(state=State.LIVE, graduation_due_on__lt=today).count() == 1
    assert Residency.objects.filter(extensions__isnull=False).count() == 1
    assert Question.objects.filter(answer="").exists()
    assert Question.objects.exclude(answer="").exists()
    assert Conversation.objects.filter(held_on=None, due_on__lt=today).exists()
    assert max(residency.stream.team.seats.count() for residency in Residency.objects.filter(stream__team__isnull=False)) == 9


# What the pages from live to home show: the field that says how far a thing is, and each state that is there to see.
IN_SEVERAL_STATES = {
    ("oversight.ChecklistItem", "state"): {"open", "doing", "done", "not_applicable"},
    ("oversight.Barrier", "state"): {"identified", "routed", "resolved", "accepted", "withdrawn"},
    ("oversight.Barrier", "severity"): {"moderate", "major"},
    ("oversight.StatusReport", "state"): {"draft", "sent"},
    ("oversight.HealthRating", "proposed"): {"green", "amber", "red"},
    ("oversight.DecisionWanted", "state"): {"draft", "open", "accepted", "declined"},
    ("oversight.MoneyLine", "kind"): {"committed", "spent", "forecast"},
    ("oversight.Contract", "ends_as_planned"): {True, False},
    ("oversight.FollowUp", "in_use"): {"", "yes", "partly"},
    ("residencies.Conversation", "outcome"): {"", "resolved", "amended", "pivot"},
    ("residencies.Release", "stage"): {"alpha", "beta", "live"},
    ("teams.Destination", "goes"): {"stays", "moves", "leaves"},
    ("community.Mentoring", "state"): {"mentor-wanted", "mentored", "mentor-done"},
}


def test_each_thing_between_live_and_home_is_there_in_several_states():
    """EL-54, EL-56, EL-70 to EL-74, EL-80 to EL-86, EL-96"""
    for (label, field), expected in IN_SEVERAL_STATES.items():
        assert set(apps.get_model(label)._default_manager.values_list(field, flat=True)) >= expected, (label, field)
    accepted, ended = BenefitOwner.objects.exclude(accepted_on=None), BenefitQuarter.objects
    assert BenefitOwner.objects.filter(sent_on=None).exists()
    assert BenefitOwner.objects.filter(accepted_on=None).exclude(sent_on=None).exists()
    assert accepted.filter(residency__state=State.GRADUATED).count() == 2
    assert ended.filter(reported_on=None, due_on__lt=timezone.localdate()).exists()
    assert ended.exclude(reported_on=None).exists()
    assert Alumnus.objects.exclude(opted_out_at=None).exists()
    assert DelayedApproval.objects.filter(resolved_on=None).exists()
    assert DelayedApproval.objects.exclude(resolved_on=None).exists()


# What history tells of one residency of each outcome, from the application to what came after.
STORIES = {
    "MSP Forms": (
        "submitted qualified started vision-agreed barrier-raised barrier-moved barrier-closed risk-added risk-rated report-sent "
        "decision-answered conversation-opened conversation-held budget-set money-imported contract-added released live "
        "benefit-owner-named destination-decided graduated follow-up-answered benefit-reading-recorded"
    ),
    "Public Review and Comment": (
        "submitted qualified started barrier-raised barrier-moved barrier-closed report-sent decision-answered budget-set money-imported "
        "conversation-opened conversation-held pivoted transition-checklist-made transition-task-done"
    ),
    "DataBC": "submitted taken-up declined",
    "MyRangeBC": "submitted qualified withdrawn",
}


@pytest.mark.parametrize("product", STORIES)
def test_one_residency_of_each_outcome_has_its_whole_story(product):
    residency = Residency.objects.exclude(state=State.DRAFT).get(product=product)
    assert residency.state in ENDED
    assert set(STORIES[product].split()) - set(residency.stream.events.values_list("act", flat=True)) == set()


def test_agreements_are_draft_half_signed_and_in_force():
    signed = {(v.state, v.signatures.count()) for v in AgreementVersion.objects.all()}
    assert signed == {
        ("draft", 0),
        ("superseded", 1),
        ("circulated", 0),
        ("circulated", 1),
        ("circulated", 2),
        ("circulated", 3),
        ("in_force", 1),
        ("in_force", 2),
        ("in_force", 7),
    }
    benefits = AgreementVersion.objects.filter(agreement__purpose="benefit")
    assert {(v.state, v.signatures.count()) for v in benefits} == {("circulated", 0), ("in_force", 1)}  # its owner signs alone (EL-86)
    assert all(b"Demonstration" in bytes(s.annex) for v in AgreementVersion.objects.all() for s in v.signatures.all())


def test_one_agreement_was_changed_before_it_was_signed_and_one_in_force_is_being_amended():
    """EL-25, EL-34"""
    states = {}
    for version in AgreementVersion.objects.select_related("agreement__stream__residency").order_by("number"):
        states.setdefault(version.agreement.subject.name, []).append(version.state)
    assert states["Common Components"] == ["superseded", "circulated"]
    assert states["Cloud Pathfinder"] == ["in_force", "circulated"]
    assert set(Amendment.objects.values_list("state", flat=True)) == {"open", "accepted", "rejected"}


def test_the_owner_keeps_a_draft_one_in_residence_and_one_that_is_live():
    owner = User.objects.get(email="owner@example.test")
    assert set(Residency.objects.visible_to(owner).values_list("state", flat=True)) == {"draft", "in_residence", "live"}


def test_only_invitations_that_still_wait_for_a_signature_are_left_to_deliver():
    waiting = Message.objects.leaving()
    assert {message.occasion for message in waiting} == {"agreement-invitation"}
    half_signed = {"Common Components", "Cloud Pathfinder", "BC Registries", "Joint counter at Ottawa city hall"}
    assert {subject_of(message.stream).name for message in waiting} == half_signed


def test_lab_operations_wants_one_mail_a_day_and_some_news_waits_for_it():
    """EL-64"""
    ops = User.objects.get(email="ops@example.test").person
    assert ops.mail_preference.digest
    assert list(Message.objects.held().values_list("person", "occasion")) == [(ops.pk, "agreement-discussion")] * 2


def test_with_the_demos_password_nobody_comes_in_where_debug_is_off(client):
    answer = client.post(reverse("account_login"), {"login": "ops@example.test", "password": PASSWORD})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_with_debug_on_the_password_opens(client, settings):
    settings.DEBUG = True
    client.post(reverse("account_login"), {"login": "ops@example.test", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="ops@example.test").pk)


def test_the_portfolio_equals_a_plain_count_of_each_residency():
    """EL-94, also as of past days."""
    for back in (0, 200, 500):
        on = timezone.localdate() - datetime.timedelta(days=back)
        shown = {facts.reference: facts for facts in facts_for(Scope(User.objects.get(email="viewer@example.test"), Period(on)))}
        expected = {}
        for residency in Residency.objects.all():
            events = residency.stream.events.filter(to_state__in=State.values).order_by("seq")
            states = [event.to_state for event in events if timezone.localdate(event.at) <= on]
            state = states[-1] if states else residency.state if residency.before_portal else State.DRAFT
            if state != State.DRAFT:
                expected[residency.reference] = (state, *_plain_sums(residency, on))
        assert {
            reference: (facts.state, facts.training_hours, facts.attended, facts.expected, facts.minutes_given, facts.spent_cents)
            for reference, facts in shown.items()
        } == expected
        assert len(shown) >= 3


def _plain_sums(residency, on):
    trainings = [row.hours for row in Training.objects.filter(team__stream=residency.stream, struck_at=None) if row.finished_on <= on]
    present = [
        row.came for row in Presence.objects.select_related("sprint").filter(sprint__team__stream=residency.stream).exclude(came="")
        if row.sprint.held_at and row.sprint.review_on <= on
    ]  # fmt: skip
    given = [row.minutes for row in Contribution.objects.filter(residency=residency, struck_at=None) if row.given_on <= on]
    corrected = set(MoneyLine.objects.exclude(corrects=None).values_list("corrects", flat=True))
    lines = MoneyLine.objects.filter(stream=residency.stream, kind="spent", removed=False).exclude(pk__in=corrected)
    spent = [row.amount_cents for row in lines if row.on <= on]
    return sum(trainings), sum(came != "missed" for came in present), len(present), sum(given), sum(spent)


def test_the_showcase_has_products_published_changed_stopped_and_waiting_for_each_side():
    """EL-95"""
    shown = {each.residency.product: each for each in product_list()}
    published = {name for name, each in shown.items() if each.published}
    assert published == {"MSP Forms", "Public Review and Comment", "BC Registries"}
    assert shown["BC Registries"].changed
    assert shown["Public Review and Comment"].published.stage == State.PIVOTED
    assert shown["Digital Trust (OrgBook BC)"].waiting.owner_by is None
    assert shown["Mines Digital Services"].waiting.lab_by is None
    assert Lesson.objects.filter(promoted_at__isnull=False).count() == 2
