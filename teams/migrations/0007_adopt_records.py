from django.db import migrations

from ledger.adoption import AdoptRecords


class Migration(migrations.Migration):
    """Evidence rows from before the ledger held their hashes are recorded as they stand."""

    dependencies = [
        ("teams", "0006_review_invitations"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        AdoptRecords(
            ("teams.Seat", "team__residency__stream", "team person role employer vendor share from_on to_on successor is_senior agile_trained_on band follows struck_at"),
        )
    ]
