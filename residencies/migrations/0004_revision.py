"""The count of a row's edits is its `revision`: "version" only ever means an agreement's."""

from django.db import migrations

from ledger.migration_operations import FrozenRow, Unfreeze

MODELS = [
    "assessment", "condition", "conditionfinding", "conversation", "graduationplan", "intake", "need", "question", "residency",
]  # fmt: skip

# Triggers name the column, and PostgreSQL's functions don't follow a rename.
CONVERSATION = (
    "residencies_conversation",
    "OLD.held_on IS NOT NULL",
    [
        "residency_id", "expectation", "raised_by", "opened_on", "due_on", "held_on", "present", "notes", "outcome",
        "corrects_id", "correction_reason",
    ],
)  # fmt: skip
FINDING = (
    "residencies_conditionfinding",
    "OLD.sent_at IS NOT NULL",
    ["review_id", "condition_id", "verdict", "reason", "case_version", "reviewer_id", "decided_at", "sent_at"],
)


def frozen(column: str) -> list[FrozenRow]:
    return [FrozenRow(table, when, [*columns, column]) for table, when, columns in (CONVERSATION, FINDING)]


class Migration(migrations.Migration):
    dependencies = [("residencies", "0003_review_handed_over")]
    operations = [
        *map(Unfreeze, frozen("version")),
        *(migrations.RenameField(model, "version", "revision") for model in MODELS),
        *frozen("revision"),
    ]
