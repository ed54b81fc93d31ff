"""System checks tell of a key that can't seal before an agreement waits for it (signing.md 4.10)."""

import datetime

import pytest

from sealing import checks, libraries
from tests.agreements.sealing.papers import key_file

NOW = datetime.datetime.now(datetime.UTC)


def codes(messages):
    return [message.id for message in messages]


@pytest.fixture
def named(settings, tmp_path):
    """Names a key of the given making, as an operator would."""

    def name(**key_fields):
        settings.SEAL_PKCS12 = str(key_file(tmp_path, **key_fields))
        settings.SEAL_PKCS12_PASSPHRASE_FILE = str(tmp_path / "passphrase")
        settings.SEAL_ROOTS = [str(tmp_path / "issuer.pem")]
        return tmp_path

    return name


def test_a_good_key_gives_no_cause(named):
    named()
    assert checks.the_key_seals() == checks.something_seals() == checks.a_trial_holds() == []


def test_a_wrong_passphrase_is_found_at_start_up(named):
    """Signing.md, 8: pyHanko answers None and goes on."""
    (named() / "passphrase").write_text("wrong")
    assert codes(checks.the_key_seals()) == ["agreements.E011"]
    assert codes(checks.a_trial_holds()) == ["agreements.E015"]


@pytest.mark.parametrize(
    ("key_fields", "expected"),
    [
        ({"begun": NOW - datetime.timedelta(days=900)}, "agreements.E012"),
        ({"content_commitment": False}, "agreements.E012"),
        ({"days": 30}, "agreements.W010"),
    ],
)
def test_a_certificate_that_may_not_seal_or_soon_may_not(named, key_fields, expected):
    named(**key_fields)
    assert codes(checks.the_key_seals()) == [expected]


def test_an_issuer_that_is_not_named_or_is_another_s(named, settings, tmp_path):
    named()
    settings.SEAL_ROOTS = []
    assert codes(checks.the_key_seals()) == ["agreements.E013"]
    (tmp_path / "other").mkdir()
    key_file(tmp_path / "other")
    settings.SEAL_ROOTS = [str(tmp_path / "other" / "issuer.pem")]
    assert codes(checks.the_key_seals()) == ["agreements.E013"]
    assert codes(checks.a_trial_holds()) == ["agreements.E015"]


def test_time_stamps_need_their_issuer(named, settings):
    named()
    settings.SEAL_TSA_URLS = ["http://tsa.example.test/"]
    assert codes(checks.the_key_seals()) == ["agreements.E014"]


def test_a_public_place_must_have_a_key_or_say_that_it_is_a_trial(settings):
    assert codes(checks.something_seals()) == ["agreements.E010"]
    settings.SEAL_ALLOW_DEVELOPMENT = True
    assert checks.something_seals() == []
    settings.SEAL_ALLOW_DEVELOPMENT, settings.DEBUG = False, True
    assert checks.something_seals() == []


def test_without_libraries_the_worker_is_told_how_to_get_them(named, monkeypatch):
    named()
    monkeypatch.setattr(libraries, "NAMES", {"Pango": ("libnone.so",)})
    messages = checks.a_trial_holds()
    assert codes(messages) == ["agreements.W011"]
    assert "apt-get install" in messages[0].hint
