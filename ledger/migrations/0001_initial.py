import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.migration_operations import AppendOnly


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('head_seq', models.PositiveIntegerField(default=0)),
                ('head_hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
                ('checkpointed_seq', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('head_seq', models.F('checkpointed_seq')), _negated=True), fields=['id'], name='ledger_unchecked')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'lab')), fields=('kind',), name='ledger_one_lab_stream')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('act', models.CharField(max_length=60)),
                ('actor_name', models.CharField(max_length=200)),
                ('from_state', models.CharField(blank=True, max_length=30)),
                ('to_state', models.CharField(blank=True, max_length=30)),
                ('facts', models.JSONField(default=dict)),
                ('prev_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.stream')),
            ],
            options={
                'verbose_name': 'event',
                'ordering': ['stream_id', 'seq'],
                'indexes': [models.Index(fields=['-at', '-id'], name='ledger_newest')],
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='ledger_event_order')],
            },
        ),
        AppendOnly("ledger_event"),
    ]
