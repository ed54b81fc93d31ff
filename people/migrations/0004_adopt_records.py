from django.db import migrations

from ledger.adoption import AdoptRecords


class Migration(migrations.Migration):
    """Evidence rows from before the ledger held their hashes are recorded as they stand."""

    dependencies = [
        ("people", "0003_one_form"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        AdoptRecords(
            ("people.RoleGrant", "lab", "user role from_at to_at granted_by"),
        )
    ]
