import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from ledger.migration_operations import AppendOnly, FrozenRow

CONVERSATION = [
    "residency_id", "expectation", "raised_by", "opened_on", "due_on", "held_on", "present", "notes", "outcome", "version",
    "corrects_id", "correction_reason",
]  # fmt: skip
FINDING = ["review_id", "condition_id", "verdict", "reason", "case_version", "reviewer_id", "decided_at", "sent_at", "version"]


class Migration(migrations.Migration):
    """What is held, sent or decided stays as it is; a correction is a row of its own."""

    dependencies = [
        ("residencies", "0003_extension_may_be_corrected"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="figure",
            options={"ordering": ["name", "-valid_from", "-pk"], "verbose_name": "programme figure"},
        ),
        migrations.RemoveConstraint(model_name="figure", name="residencies_one_figure_a_day"),
        # Without a default first: when earlier figures were set is on the ledger, not the moment of this migration.
        migrations.AddField(model_name="figure", name="set_at", field=models.DateTimeField(editable=False, null=True)),
        migrations.AlterField(
            model_name="figure",
            name="set_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="figure",
            index=models.Index(fields=["name", "-valid_from", "-id"], name="residencies_figures"),
        ),
        migrations.AddField(model_name="conversation", name="correction_reason", field=models.TextField(blank=True, editable=False)),
        migrations.AddField(
            model_name="conversation",
            name="corrects",
            field=models.OneToOneField(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="corrected_by",
                to="residencies.conversation",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("correction_reason", ""), ("corrects", None))
                | models.Q(
                    ("corrects__isnull", False), ("held_on__isnull", False), models.Q(("correction_reason", ""), _negated=True)
                ),
                name="residencies_correction_has_reason",
            ),
        ),
        FrozenRow("residencies_conversation", "OLD.held_on IS NOT NULL", CONVERSATION),
        FrozenRow("residencies_conditionfinding", "OLD.sent_at IS NOT NULL", FINDING),
        FrozenRow("residencies_question", "OLD.id IS NOT NULL", ["review_id", "condition_id", "text", "asked_by_id", "asked_at"]),
        AppendOnly("residencies_extension"),
        AppendOnly("residencies_figure"),
    ]  # fmt: skip
