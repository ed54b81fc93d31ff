from django.db import migrations, models

from ledger.migration_operations import FrozenChildren, FrozenRow, Thawed

# SQLite makes a table anew to add such a column: its triggers go with it, and others' that name it would stop it.
CHILDREN = [
    FrozenChildren(f"agreements_template{rows}", "version_id", "agreements_templateversion", "frozen_at IS NOT NULL")
    for rows in ("section", "clause", "role")
]


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_evidence_annex"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreementversion",
            name="code_required",
            field=models.BooleanField(editable=False, null=True),
        ),
        *[Thawed(children) for children in CHILDREN],
        migrations.AddField(
            model_name="templateversion",
            name="code_required",
            field=models.BooleanField(
                default=False,
                help_text="Lab operations can still choose otherwise for one agreement.",
                verbose_name="signers type a code from their mail",
            ),
        ),
        migrations.AlterField(
            model_name="templaterole",
            name="must_sign",
            field=models.BooleanField(default=True, help_text="Who need not sign is kept informed.", verbose_name="must sign"),
        ),
        migrations.AlterField(
            model_name="templaterole",
            name="stage",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Everybody of stage 1 signs first, then stage 2. The same number for all: everybody at once.",
                verbose_name="stage",
            ),
        ),
        FrozenRow(
            "agreements_agreementversion",
            "OLD.state <> 'draft'",
            ["agreement_id", "number", "header", "code_required", "canonical", "content_sha256", "previous_id", "circulated_at", "circulated_by_id"],
        ),
        FrozenRow(
            "agreements_templateversion",
            "OLD.frozen_at IS NOT NULL",
            [
                "template_id", "number", "title", "summary", "statement_of_intent", "consent", "header_fields", "invitation_days",
                "code_required", "published_at", "frozen_at",
            ],
        ),
        *CHILDREN,
    ]  # fmt: skip
