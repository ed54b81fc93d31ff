"""Fixtures for every test. Settings come from tests/settings.py, what keeps runs honest from tests/honesty.py."""

import gc
import itertools

import hypothesis
import pytest
from django.core.cache import caches
from django.urls import get_resolver

import sandbox
from tests import flush, migrated
from tests.clock import HUNG, STATED
from tests.factories import account
from tests.settings import REDIS_URL_FOR_TESTS

pytest_plugins = ["tests.honesty"]
COUNT = itertools.count()  # pytest would look through all folders made so far for a free number
gc.set_threshold(100_000, 50, 1_000)  # a test ends before its garbage is worth collecting: a tenth of the time
flush.allow()
migrated.allow()

# A deadline in milliseconds would fail on a busy machine, not on a slow function; and so would a limit on making examples.
hypothesis.settings.register_profile("portal", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session", autouse=True)
def _addresses_of_production():
    """The addresses are read once, on first use: before a test turns DEBUG on, and with it the demo's own pages."""
    assert get_resolver().url_patterns


@pytest.fixture
def stated_day(time_machine):
    """Begin at the stated moment on every day that a run may read: which days ahead are working days decides what is expected."""
    time_machine.move_to(STATED)


@pytest.fixture(scope="session")
def _files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _clean_surroundings(settings, _files):
    """Files and cached values of one test are not seen by the next."""
    settings.MEDIA_ROOT = _files / f"{next(COUNT)}"  # made by the first file that is kept
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(autouse=True)
def _patience_with_strangers_files(monkeypatch):
    """On a busy machine a process that gives way to all others takes as long as it takes; what it works is bounded still."""
    monkeypatch.setattr(sandbox, "WALL_SECONDS", HUNG)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a real Redis; a test that asks for it is marked `redis`."""
    assert REDIS_URL_FOR_TESTS, "REDIS_URL is not set: `make test` starts a Redis and sets it"
    return REDIS_URL_FOR_TESTS


@pytest.fixture
def ops(db):
    return account("lab_ops", name="Noor Castellane")


@pytest.fixture
def lead(db):
    return account("lab_lead", name="Saoirse Lindqvist-Rao")


@pytest.fixture
def viewer(db):
    return account("viewer", name="Bram Quillfeather")


@pytest.fixture
def administrator(db):
    return account("admin", name="Tomasz Everden")


@pytest.fixture
def owner(db):
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def as_ops(client, ops):
    """A browser in which lab operations is signed in."""
    client.force_login(ops)
    return client


@pytest.fixture
def as_owner(client, owner):
    """A browser in which a product owner is signed in."""
    client.force_login(owner)
    return client
