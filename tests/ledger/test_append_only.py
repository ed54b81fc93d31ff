"""The database itself refuses: not a page, not the shell, not a bulk update (EL-07)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from ledger.migration_operations import AppendOnly
from ledger.models import Event
from tests.ledger.factories import chain, check_now


def every_append_only_table() -> list[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {config.label for config in apps.get_app_configs()}
    operations = [step for key, migration in loader.disk_migrations.items() if key[0] in ours for step in migration.operations]
    return sorted({step.table for step in operations if isinstance(step, AppendOnly)})


@pytest.mark.django_db
def test_an_event_can_be_neither_changed_nor_deleted():
    event = Event.objects.filter(stream=chain("a")).get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(act="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk)._raw_delete("default")
    assert Event.objects.get(pk=event.pk).act == "a"


@pytest.mark.django_db
@pytest.mark.parametrize("table", every_append_only_table())
def test_the_triggers_stand_after_all_migrations(table):
    """SQLite loses them when a migration rebuilds a table: such a migration must add them again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
            wanted = {f"{table}_append_only", f"{table}_no_truncate"}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            wanted = {f"{table}_no_update", f"{table}_no_delete"}
        assert {name for (name,) in cursor.fetchall()} == wanted


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_whole_table_can_not_be_emptied_either():
    chain("a")
    check_now()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE ledger_event CASCADE")


def test_the_ledger_is_among_the_tables_that_only_grow():
    assert "ledger_event" in every_append_only_table()
