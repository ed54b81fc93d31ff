from django.db import migrations

from ledger.migration_operations import FrozenChildren, FrozenRow

TEMPLATE = [
    "template_id", "number", "title", "summary", "statement_of_intent", "consent", "header_fields", "invitation_days", "code_required",
    "published_at",
]  # fmt: skip
HAND_OVER = [
    "party_id", "version_id", "name", "email", "title", "organisation", "reason", "state", "proposed_at", "decided_at", "decided_by_id",
    "answer", "to_party_id",
]  # fmt: skip


class Migration(migrations.Migration):
    """A template keeps its words and roles from the day it is published, not only once an agreement is made from it.

    A hand-over that was decided stays as it was decided.
    """

    dependencies = [("agreements", "0010_read_how_and_link_opened")]

    operations = [
        FrozenRow("agreements_templateversion", "OLD.published_at IS NOT NULL", TEMPLATE),
        *[
            FrozenChildren(f"agreements_template{rows}", "version_id", "agreements_templateversion", "published_at IS NOT NULL")
            for rows in ("section", "clause", "role")
        ],
        FrozenRow("agreements_handover", "OLD.state <> 'proposed'", HAND_OVER),
    ]
