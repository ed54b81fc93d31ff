import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A team belongs to its subject's stream, not to a residency.

    What the rows become stands in a migration of its own: PostgreSQL alters no table while checks of foreign keys that the same
    transaction wrote are still to come.
    """

    dependencies = [("teams", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="stream",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="team", to="ledger.stream"),
        ),
        migrations.RunSQL(
            "UPDATE teams_team SET stream_id ="
            " (SELECT stream_id FROM residencies_residency WHERE residencies_residency.id = teams_team.residency_id)",
            migrations.RunSQL.noop,
        ),
    ]
