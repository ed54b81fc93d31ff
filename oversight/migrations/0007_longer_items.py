from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_trust")]
    operations = [
        migrations.AlterField(
            model_name="checklistitem",
            name="text",
            field=models.CharField(max_length=300, verbose_name="task"),
        ),
    ]
