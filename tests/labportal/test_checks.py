"""The system checks find what they promise to find (D3-28, D3-40)."""

from dataclasses import replace

import pytest

from labportal import checks
from ledger import subjects
from ledger.lifecycle import Move
from people.models import User
from residencies.models.states import State


def codes(messages):
    return {message.id for message in messages}


def test_every_gate_and_hook_of_the_house_is_a_function():
    assert checks.gates_and_hooks_import() == []


def test_a_gate_that_does_not_import_is_named_with_its_place(monkeypatch):
    row = Move("dream", (), State.LIVE, "lab_ops", ("residencies.lifecycle.gates.never_written",), "Dream", "dreamt")
    kind = subjects.kind_called("XL-2026-001")
    monkeypatch.setattr(subjects, "_kinds", {kind.name: replace(kind, lifecycle=replace(kind.lifecycle, moves=(row,)))})
    assert codes(checks.gates_and_hooks_import()) == {"labportal.E001"}
    assert "residencies.lifecycle.gates.never_written" in checks.gates_and_hooks_import()[0].msg


def test_a_hook_that_does_not_import_is_named(monkeypatch):
    kind = replace(subjects.kind_called("XL-2026-001"), lifecycle=None, hooks={"dreamt": "nowhere.at_all"})
    monkeypatch.setattr(subjects, "_kinds", {kind.name: kind})
    assert codes(checks.gates_and_hooks_import()) == {"labportal.E001"}


@pytest.mark.parametrize("key", ["", "short", pytest.param(None, id="the development key")])
def test_a_key_that_others_know_or_guess_is_refused(settings, key):
    settings.SECRET_KEY = settings.DEVELOPMENT_KEY if key is None else key
    assert codes(checks.secret_key_is_our_own()) == {"labportal.E002"}
    settings.DEBUG = True
    assert checks.secret_key_is_our_own() == []


def test_the_development_key_is_refused_among_the_old_keys_too(settings):
    settings.SECRET_KEY_FALLBACKS = [settings.DEVELOPMENT_KEY]
    assert codes(checks.secret_key_is_our_own()) == {"labportal.E002"}


@pytest.mark.parametrize("hosts", [[], ["*"], ["portal.example.org", "*"]])
def test_hosts_must_be_named(settings, hosts):
    settings.ALLOWED_HOSTS = hosts
    assert codes(checks.hosts_are_named()) == {"labportal.E003"}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://portal.example.org", "labportal.E004"),
        ("https://portal.example.org/lab", "labportal.E005"),
        ("https:///", "labportal.E005"),
    ],
)
def test_links_in_mail_lead_to_a_safe_and_plain_address(settings, address, code):
    settings.SITE_URL = address
    assert codes(checks.site_address_is_whole()) == {code}


@pytest.mark.parametrize("seconds", [None, 0, 600])
def test_a_mail_server_may_not_hold_a_worker(settings, seconds):
    settings.EMAIL_TIMEOUT = seconds
    assert codes(checks.mail_does_not_hang()) == {"labportal.E006"}


def test_a_claim_outlasts_a_slow_mail_server_three_times(settings):
    """EL-61"""
    settings.EMAIL_TIMEOUT, settings.OUTBOX_LEASE_SECONDS = 10, 30
    assert checks.claims_outlast_the_mail_server() == []
    settings.OUTBOX_LEASE_SECONDS = 29
    assert codes(checks.claims_outlast_the_mail_server()) == {"labportal.E009"}


def test_mail_must_go_somewhere(settings):
    settings.EMAIL_URL = ""
    assert codes(checks.mail_goes_somewhere()) == {"labportal.E008"}


def test_a_public_place_without_postgresql_or_redis_is_warned(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    settings.REDIS_URL = ""
    assert codes(checks.production_has_its_services()) == {"labportal.W001", "labportal.W002"}


@pytest.mark.django_db
def test_demo_accounts_in_a_production_database_are_an_error(settings):
    """D3-28: no default accounts."""
    assert checks.nobody_from_the_demo(databases=["default"]) == []
    User.objects.create_user("ops@example.test", "lab-portal-demo")
    assert codes(checks.nobody_from_the_demo(databases=["default"])) == {"labportal.E007"}
    assert checks.nobody_from_the_demo(databases=None) == []
    settings.DEBUG = True
    assert checks.nobody_from_the_demo(databases=["default"]) == []
