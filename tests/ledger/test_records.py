"""Evidence rows and their hashes in the ledger (ledger/records.py, ledger/compare_records.py)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ledger import records
from ledger.actions import append, lab_stream
from ledger.adoption import AdoptRecords, adopt_all
from ledger.compare_records import Comparison, agrees, compare, mismatches
from ledger.models import Event
from people.models import RoleGrant, User
from residencies.models import Extension
from tests.factories import account
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


def grant(user: User, role: str = "viewer", **fields: Any) -> RoleGrant:
    return RoleGrant.objects.create(user=user, role=role, **fields)


def noted(event: Event) -> dict[str, Any]:
    return event.facts.get("records", {})


def mismatch_messages() -> list[str]:
    return [mismatch.says for mismatch in compare(Comparison())]


def test_every_way_of_writing_a_row_puts_its_hash_into_the_event():
    """EL-07: save, bulk_create, update, get_or_create and delete; the last hash is what the row is."""
    user = account()
    role_grant = grant(user, "viewer")
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role="lab_ops"), RoleGrant(user=user, role="lab_lead")])
    RoleGrant.objects.get_or_create(user=user, role="admin")
    first = append(lab_stream(), "roles-set", by="system")
    assert len(noted(first)["people.rolegrant"]) == 4

    role_grant.to_at = timezone.now()
    role_grant.save(update_fields=["to_at"])
    RoleGrant.objects.filter(role="lab_ops").update(to_at=timezone.now())
    RoleGrant.objects.filter(role="admin").delete()
    second = noted(append(lab_stream(), "roles-set", by="system"))["people.rolegrant"]

    assert len(second) == 3
    assert [digest for digest in second.values() if digest is None] == [None], "the removed one leaves a tombstone"
    assert mismatch_messages() == []


def test_writes_that_touch_no_covered_field_are_no_evidence():
    row = residency()
    adopt_all()
    row.product = "Another"
    row.save(update_fields=["product"])
    type(row).objects.filter(pk=row.pk).update(search_text="other")

    assert "records" not in append(row.stream, "edited", by="system").facts
    assert mismatch_messages() == []


def test_a_write_that_was_rolled_back_is_not_in_the_event():
    user = account()
    adopt_all()

    with transaction.atomic():
        grant(user)
        transaction.set_rollback(True)

    assert noted(append(lab_stream(), "roles-set", by="system")) == {}


def test_what_an_event_named_is_named_again_when_that_event_was_rolled_back():
    user = account()
    adopt_all()
    grant(user)

    with transaction.atomic():
        append(lab_stream(), "roles-set", by="system")
        transaction.set_rollback(True)

    assert len(noted(append(lab_stream(), "roles-set", by="system"))["people.rolegrant"]) == 1


def test_a_row_waits_for_an_event_of_its_own_subject():
    first, second = residency(), residency()
    adopt_all()
    Extension.objects.create(
        residency=first, from_on=datetime.date(2026, 1, 1), to_on=datetime.date(2026, 2, 1), reason="Ice", by=account()
    )

    assert noted(append(second.stream, "noted", by="system")) == {}
    assert list(noted(append(first.stream, "noted", by="system"))) == ["residencies.extension"]


@pytest.mark.django_db(transaction=True)
def test_evidence_without_an_event_is_an_error_in_the_log(caplog):
    """A shell, or an act that writes after its event."""
    with transaction.atomic():
        grant(account())

    assert "evidence_without_event" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_row_written_twice_before_its_event_is_in_that_event_and_no_error(caplog):
    with transaction.atomic():
        role_grant = grant(account())
        role_grant.role = "viewer"
        role_grant.save()
        append(lab_stream(), "noted", by="system")

    assert "evidence_without_event" not in caplog.text


def test_made_rows_are_hashed_without_asking_the_database_and_changed_ones_with_one_query_a_model():
    user, lab = account(), lab_stream()
    adopt_all()
    with CaptureQueriesContext(connection) as plain:
        append(lab, "noted", by="system")
    grants = [grant(user, role) for role in ("viewer", "lab_ops", "lab_lead")]
    with CaptureQueriesContext(connection) as after_making:
        append(lab, "roles-set", by="system")
    for each in grants:
        each.to_at = timezone.now()
        each.save(update_fields=["to_at"])
    with CaptureQueriesContext(connection) as after_changing:
        append(lab, "roles-set", by="system")

    assert len(after_making) == len(plain)
    assert len(after_changing) == len(plain) + 1


def test_hashes_made_of_a_former_list_of_fields_still_agree():
    """A release that covers another field does not cast doubt on what was recorded before."""
    row = grant(account())
    old, new = ("user", "role"), ("user", "role", "from_at")
    kind = records.Kind(RoleGrant, "people.rolegrant", "", (old, new), frozenset())
    before = records.row_hash("people.rolegrant", row.pk, old, [row.user_id, row.role])
    now = [row.user_id, row.role, row.from_at]

    assert agrees(kind, row.pk, now, before)
    assert agrees(kind, row.pk, now, kind.hash_of(row.pk, now))
    assert kind.hash_of(row.pk, now).startswith("2:")
    assert not agrees(kind, row.pk, now, records.row_hash("people.rolegrant", row.pk, old, [row.user_id, "admin"]))


def test_one_subject_is_compared_in_a_bounded_number_of_queries(django_assert_num_queries):
    row = residency()
    for day in range(1, 20):
        Extension.objects.create(
            residency=row, from_on=datetime.date(2026, 1, 1), to_on=datetime.date(2026, 2, day), reason="Ice", by=account()
        )
    adopt_all()

    with django_assert_num_queries(2):
        assert mismatches(row.stream, ["residencies.extension"]) == []


def test_bulk_writes_of_every_covered_model_are_seen():
    for kind in records.kinds():
        assert isinstance(kind.model._default_manager.all(), records.RecordQuerySet), kind.label


def test_every_covered_field_and_path_leads_somewhere():
    for kind in records.kinds():
        assert kind.columns
        assert kind.model._base_manager.values_list(*filter(None, [kind.lookup]), *kind.names).query.sql_with_params()


def test_what_migrations_adopted_last_is_what_is_covered_now():
    """When a list of fields changes, rows that exist are adopted again; else their new fields would be unproven."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    adopted: dict[str, list[str]] = {}
    for key in _in_order(loader):
        for operation in loader.graph.nodes[key].operations:
            if isinstance(operation, AdoptRecords):
                adopted.update({model.lower(): fields.split() for model, _path, fields, *_scheme in operation.models})
    now = {kind.label: list(kind.names) for kind in records.kinds() if kind.label in adopted}

    assert now == adopted


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    plan: list[tuple[str, str]] = []
    for leaf in loader.graph.leaf_nodes():
        plan += [key for key in loader.graph.forwards_plan(leaf) if key not in plan]
    return plan
