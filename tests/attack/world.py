"""A lab with something to attack, made by the real acts; kept in one transaction, which is rolled back at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.test import override_settings

from agreements.sealing.pipeline import seal_due
from agreements.signing import delegation
from ledger import heads
from ledger.adoption import adopt_all
from tests.agreements import factories as make
from tests.attack.manipulations import World
from tests.residencies.factories import draft_residency, ops
from tests.residencies.rows import qualified
from tests.teams import factories as teams


@contextmanager
def world() -> Iterator[World]:
    """A sealed agreement, one half signed and declined by a party, a team, and heads exported with all in order."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        keys = override_settings(VAR_DIR=place, SEAL_ALLOW_DEVELOPMENT=True, MEDIA_ROOT=place / "files")
        with keys, transaction.atomic():
            yield _built(place)
            transaction.set_rollback(True)


def _built(place: Path) -> World:
    by = ops(name="Noor Castellane")
    sealed = make.in_force(by=by, residency=qualified())
    assert seal_due() == 1, "the agreement could not be sealed"
    half_signed = make.circulated(by=by, residency=qualified())
    first, second, *_rest = make.to_sign(half_signed)
    make.sign(first)
    delegation.decline(second, reason="Our counsel has to read it first.", by=make.as_party(second))
    teams.seat(sealed.agreement.subject, by=by)
    draft = draft_residency()
    adopt_all()  # what was set up by rows alone
    exported = place / "heads.jsonl"
    heads.write(exported, heads.export())
    return World(sealed, half_signed, draft, exported)
