from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0004_timetables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('subject', models.CharField(blank=True, max_length=150, verbose_name='subject')),
                ('text', models.TextField(blank=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'text of a message',
                'verbose_name_plural': 'texts of messages',
            },
        ),
    ]
