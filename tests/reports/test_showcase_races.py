"""Both sides at one moment; only PostgreSQL's locks and constraints can prove that a page is published once (EL-95)."""

import pytest

from ledger.models import Event
from reports.models import ShowcaseVersion
from reports.showcase import actions
from reports.showcase.queries import fields_of, sha256_of
from residencies.models import Residency
from tests.factories import account
from tests.races import DONE, together
from tests.reports.showcasing import entry, owner_of, product, proposed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def fresh(of):
    return Residency.objects.select_related("stream", "program_area__ministry").get(pk=of.pk)


def test_two_sides_that_release_the_same_page_at_once_leave_one_version_that_waits():
    of, ops = product(), account("lab_ops")
    entry(of, by=ops)
    shown = sha256_of(fields_of([of])[of.stream_id])
    outcomes = together(
        *(lambda by=by: actions.propose_version(fresh(of), shown_sha256=shown, by=by) for by in (ops, owner_of(of)))
    )  # fmt: skip
    assert sorted(map(str, outcomes)) == sorted([DONE, str({"showcase-unchanged"})])
    assert ShowcaseVersion.objects.get().is_waiting


def test_many_who_release_at_once_publish_it_once_and_a_withdrawal_beside_them_holds():
    of, ops = product(), account("lab_ops")
    entry(of, by=ops)
    version = proposed(of, by=owner_of(of))
    colleagues = [account("lab_ops") for _ in range(4)]
    outcomes = together(*(lambda by=by: actions.release_version(version, by=by) for by in colleagues))
    assert outcomes.count(DONE) == 1
    assert outcomes.count({"showcase-closed"}) == 3
    assert Event.objects.filter(act="showcase-published").count() == 1

    outcomes = together(*(lambda by=by: actions.withdraw_version(version, reason="Wrong.", by=by) for by in colleagues))
    assert outcomes.count(DONE) == 1
    assert not ShowcaseVersion.objects.published().exists()
