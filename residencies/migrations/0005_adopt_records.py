from django.db import migrations

from ledger.adoption import AdoptRecords


class Migration(migrations.Migration):
    """Evidence rows from before the ledger held their hashes are recorded as they stand."""

    dependencies = [
        ("residencies", "0004_closed_records"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        AdoptRecords(
            ("residencies.ConditionFinding", "condition__residency__stream", "review condition verdict reason case_version reviewer decided_at sent_at"),
            ("residencies.Conversation", "residency__stream", "residency expectation raised_by opened_on due_on held_on present notes outcome corrects correction_reason"),
            ("residencies.Extension", "residency__stream", "residency from_on to_on reason by at"),
            ("residencies.Figure", "lab", "name value valid_from set_by set_at reason"),
            ("residencies.Membership", "residency__stream", "residency user from_at to_at"),
            ("residencies.Release", "residency__stream", "residency stage released_on note is_final"),
            ("residencies.Residency", "stream", "reference stream stream__kind program_area state started_on live_on graduation_due_on ended_on end_reason before_portal"),
        )
    ]
