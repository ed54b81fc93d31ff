"""The world that the walks of this folder share: building it costs seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from tests.security.world import World, build


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once; what a test does to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder that walk the world come last: the others begin with nothing in the database."""
    places = [place for place, item in enumerate(items) if item.path.is_relative_to(Path(__file__).parent)]
    in_order = sorted((items[place] for place in places), key=lambda item: "world" in getattr(item, "fixturenames", ()))
    for place, item in zip(places, in_order, strict=True):
        items[place] = item
