import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0002_team_of_any_subject")]

    operations = [
        migrations.AlterField(
            model_name="team",
            name="stream",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="team", to="ledger.stream"),
        ),
        migrations.RemoveField(model_name="team", name="residency"),
    ]
