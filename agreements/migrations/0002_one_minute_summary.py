import django.core.validators
from django.db import migrations, models

import agreements.models.templates
from ledger.adoption import AdoptRecords
from ledger.migration_operations import FrozenChildren, FrozenRow, Unfreeze

FIELDS = (
    "template number title summary key_points statement_of_intent consent header_fields signing_days invitation_days code_required published_at"
)
PARTS = [
    FrozenChildren(f"agreements_template{part}", "version_id", "agreements_templateversion", "published_at IS NOT NULL")
    for part in ("section", "clause", "role")
]


class Migration(migrations.Migration):
    """SQLite builds the table anew for a column, so that its triggers, and those that look at it, are put back."""

    dependencies = [("agreements", "0001_initial")]

    operations = [
        *map(Unfreeze, PARTS),
        migrations.AddField(
            "templateversion",
            "key_points",
            models.TextField(
                blank=True,
                help_text="One point per line, such as “What it costs: nothing”. Signers read it first; it isn’t part of the agreement. Leave it empty to show no summary.",
                validators=[agreements.models.templates.points_are_whole],
                verbose_name="one-minute summary",
                default="",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "templateversion",
            "signing_days",
            models.PositiveSmallIntegerField(
                default=14,
                help_text="The invitation asks people to sign within this many days. They can still sign after that.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(180)],
                verbose_name="days to sign",
            ),
        ),
        FrozenRow(
            "agreements_templateversion",
            "OLD.published_at IS NOT NULL",
            [
                "template_id", "number", "title", "summary", "key_points", "statement_of_intent", "consent", "header_fields",
                "signing_days", "invitation_days", "code_required", "published_at",
            ],
        ),
        *PARTS,
        AdoptRecords(("agreements.TemplateVersion", "lab", FIELDS, 2)),
    ]
