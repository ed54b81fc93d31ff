"""What every test of a module begins with, made once for all of them: making an agreement costs more than most that is tried on it.

    begins_with = made_once(circulated)

    @pytest.fixture
    def version(begins_with):
        return mine(begins_with)

It is there before the first test of the module, so that none depends on which ran before; what a test does to its rows is taken
back, and what it does to its objects stays its own. Not for a module whose tests commit.
"""

import contextlib
import copy
import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from acts.act import SYSTEM
from tests.clock import NOW

BEFORE = datetime.timedelta(minutes=5)  # every test begins at `NOW`, and nothing that it finds was made later


@contextlib.contextmanager
def there_first(make: Callable[[], Any], blocker: Any) -> Iterator[Any]:
    """What `make` makes, a little before the moment at which tests begin; taken back at the end."""
    with blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW - BEFORE, tick=True):
            shared = make()
        with blocker.block():
            yield shared
        transaction.set_rollback(True)


def made_once(make: Callable[[], Any]) -> Any:
    """A fixture with what `make` makes: once a module, and taken back after it."""

    @pytest.fixture(scope="module", autouse=True)
    def begins_with(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with there_first(make, django_db_blocker) as shared:
            yield shared

    return begins_with


def mine(shared: Any) -> Any:
    """The same rows as objects of this test's own, with what they hold of others."""
    return copy.deepcopy(shared, {id(SYSTEM): SYSTEM})  # which is compared by identity
