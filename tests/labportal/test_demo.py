"""The demo: accounts, twenty teams in every state, and as many more as one likes."""

from __future__ import annotations

import datetime
import itertools
from contextlib import suppress
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from labportal.demo import clock, marker
from labportal.demo.accounts import ACCOUNTS, APPLICANTS, PASSWORD
from labportal.demo.loading import load
from labportal.demo.products import products
from labportal.demo.scale import add
from labportal.demo.stories import STORIES
from ledger.models import Event
from ledger.verification import verify
from outbox.models import Message
from people.models import Person, User
from residencies.models import Residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def demo(debug):
    """What the command says on an empty database."""
    return run()


def run(*options: str) -> str:
    out = StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_the_demo_is_refused_where_debug_is_off():
    with pytest.raises(CommandError, match="refused unless DEBUG is on"):
        run()
    assert not User.objects.exists()


def test_the_summary_names_every_account_and_the_one_password(demo):
    assert all(account.email in demo for account in ACCOUNTS)
    assert f"Password for all of them: {PASSWORD}" in demo
    assert len(PASSWORD) >= 15
    assert all(check_password(PASSWORD, user.password) for user in User.objects.filter(email__in=[a.email for a in ACCOUNTS]))


def test_the_five_accounts_hold_one_role_each_and_the_applicants_cannot_sign_in(demo):
    roles = {user.email.split("@")[0]: set(user.roles) for user in User.objects.all()}
    assert {name: roles[name] for name in ("ops", "lead", "owner", "viewer", "admin")} == {
        "ops": {"lab_ops"}, "lead": {"lab_lead"}, "owner": {"product_owner"}, "viewer": {"viewer"}, "admin": {"admin"},
    }  # fmt: skip
    assert not any(User.objects.get(email=f"{short}@example.test").has_usable_password() for short, _name in APPLICANTS)


def test_a_second_run_adds_nothing_and_touches_nothing(demo):
    Residency.objects.filter(product="Invasive Species").update(problem="Mine now.")
    before = counts()

    assert "was there already; nothing was changed" in run()
    assert counts() == before
    assert Residency.objects.get(product="Invasive Species").problem == "Mine now."


def test_all_twenty_real_teams_are_told_once():
    assert sorted(story.product for story in STORIES) == sorted(products())
    assert len(products()) == 20


def test_the_ledger_of_the_demo_is_whole_and_says_itself_what_is_invented(demo):
    assert verify().broken is None
    loaded = Event.objects.get(act=marker.LOADED)
    assert set(loaded.facts["invented"]) == set(Residency.objects.values_list("reference", flat=True))
    assert timezone.now() - loaded.at < datetime.timedelta(minutes=5)


def test_nothing_in_the_demo_lies_in_the_future_and_each_history_is_in_order(demo):
    assert not Event.objects.filter(at__gt=timezone.now()).exists()
    for residency in Residency.objects.all():
        moments = list(residency.stream.events.order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments)


def test_the_clock_is_true_again_when_the_demo_is_loaded_also_after_a_fault():
    with suppress(ImproperlyConfigured), clock.invented_time() as told:
        told.set(days_ago=400)
        assert Residency._meta.get_field("made_at").get_default() < clock._true_now() - datetime.timedelta(days=399)
        raise ImproperlyConfigured
    assert timezone.now is clock._true_now
    assert abs(Residency._meta.get_field("made_at").get_default() - timezone.now()) < datetime.timedelta(seconds=5)


def test_people_of_the_demo_have_addresses_that_belong_to_nobody_and_no_old_mail_waits(demo):
    domains = {email.split("@")[1] for email in Person.objects.exclude(email="").values_list("email", flat=True)}
    assert domains <= {"example.org", "example.test"}
    assert set(Message.objects.waiting().values_list("occasion", flat=True)) <= {"agreement-invitation"}


@pytest.mark.usefixtures("debug")
def test_half_a_demo_is_none(monkeypatch):
    monkeypatch.setattr(marker, "mark", lambda references: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    assert not (User.objects.exists())
    assert not (Residency.objects.exists())


@pytest.mark.usefixtures("debug")
def test_pages_know_that_they_show_a_demo_only_once_it_is_loaded():
    assert not marker.is_loaded()
    run()
    assert marker.is_loaded()


def test_generated_residencies_are_many_plausible_and_their_ledger_is_whole(demo):
    told = Residency.objects.count()
    assert "Added 300 more residencies." in run("--scale", "300")

    assert Residency.objects.count() == told + 300
    assert verify().broken is None
    assert len(set(Residency.objects.values_list("state", flat=True))) >= 10
    references = list(Residency.objects.values_list("reference", flat=True))
    assert len(set(references)) == len(references)


def test_the_same_seed_generates_the_same_residencies():
    def made(seed):
        last = Residency.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        add(20, seed=seed)
        return list(Residency.objects.filter(pk__gt=last).order_by("pk").values_list("product", "state", "problem"))

    results = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            results.append(made(seed))
            transaction.set_rollback(True)
    assert results[0] == results[1] != results[2]


def test_each_generated_history_leads_to_its_state():
    add(200)
    for residency in Residency.objects.select_related("stream"):
        events = list(residency.stream.events.order_by("seq"))
        assert events[-1].to_state == residency.state
        assert all(after.from_state == before.to_state for before, after in itertools.pairwise(events))
