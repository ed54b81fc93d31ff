"""Trust and openness: what was agreed, approvals that delay a team, and plans for what isn't open (EL-55, EL-57)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from ledger.migration_operations import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
        ('oversight', '0005_status_reports'),
        ('people', '0005_bodies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OpennessPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('closed_part', models.CharField(max_length=300, verbose_name='what isn’t open')),
                ('reason', models.TextField(max_length=2000, verbose_name='reason')),
                ('plan', models.TextField(max_length=4000, verbose_name='plan for alignment')),
                ('align_by', models.DateField(verbose_name='to be aligned by')),
                ('next_review_on', models.DateField(verbose_name='next review')),
                ('added_on', models.DateField(editable=False)),
                ('closed_on', models.DateField(editable=False, null=True)),
                ('outcome', models.TextField(blank=True, max_length=2000, verbose_name='outcome')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='openness_plans', to='people.person', verbose_name='owner')),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openness_plans', to='ledger.stream')),
            ],
            options={
                'verbose_name': 'plan for openness',
                'verbose_name_plural': 'plans for openness',
                'ordering': ['next_review_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OpennessReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('note', models.TextField(max_length=2000, verbose_name='what has changed')),
                ('next_review_on', models.DateField(verbose_name='next review')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='oversight.opennessplan')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'review of a plan for openness',
                'verbose_name_plural': 'reviews of plans for openness',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TrustStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('vision', 'Vision and expected outcomes'), ('decisions', 'What the product owner decides without asking')], max_length=10)),
                ('agreed_on', models.DateField(verbose_name='date agreed')),
                ('text', models.TextField(max_length=4000)),
                ('outcomes', models.TextField(blank=True, max_length=4000, verbose_name='expected outcomes')),
                ('limit_cents', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='up to this amount')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('alliance_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='for the alliance team')),
                ('delivery_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='for the delivery team')),
                ('executive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='for the executive')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trust_statements', to='ledger.stream')),
            ],
            options={
                'verbose_name': 'agreement on trust',
                'verbose_name_plural': 'agreements on trust',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DelayedApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('what', models.CharField(max_length=300, verbose_name='what needs approval')),
                ('waiting_for', models.CharField(max_length=200, verbose_name='waiting for')),
                ('since', models.DateField(verbose_name='waiting since')),
                ('resolved_on', models.DateField(blank=True, null=True, verbose_name='date resolved')),
                ('outcome', models.TextField(blank=True, max_length=2000, verbose_name='outcome')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delayed_approvals', to='ledger.stream')),
            ],
            options={
                'verbose_name': 'approval that delays a team',
                'verbose_name_plural': 'approvals that delay teams',
                'ordering': ['since', 'pk'],
                'indexes': [models.Index(condition=models.Q(('resolved_on', None)), fields=['since'], name='oversight_approvals_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('resolved_on', None)), models.Q(('resolved_on__gte', models.F('since')), ('resolved_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='oversight_approval_resolved')],
            },
        ),
        migrations.AddIndex(
            model_name='opennessplan',
            index=models.Index(condition=models.Q(('closed_on', None)), fields=['next_review_on'], name='oversight_openness_due'),
        ),
        migrations.AddIndex(
            model_name='opennessplan',
            index=models.Index(fields=['stream'], name='oversight_openness_of'),
        ),
        migrations.AddConstraint(
            model_name='opennessplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_on', None), ('outcome', '')), models.Q(('closed_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='oversight_openness_outcome'),
        ),
        migrations.AddConstraint(
            model_name='opennessreview',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='oversight_openness_note'),
        ),
        migrations.AddIndex(
            model_name='truststatement',
            index=models.Index(fields=['stream', 'topic'], name='oversight_trust_of'),
        ),
        migrations.AddConstraint(
            model_name='truststatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('limit_cents', None), ('topic', 'vision'), models.Q(('outcomes', ''), _negated=True)), models.Q(('outcomes', ''), ('topic', 'decisions')), _connector='OR'), name='oversight_trust_topic'),
        ),
        migrations.AddConstraint(
            model_name='truststatement',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='oversight_trust_text'),
        ),
        AppendOnly("oversight_truststatement"),
        AppendOnly("oversight_opennessreview"),
    ]
