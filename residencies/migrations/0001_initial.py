import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import residencies.models.intake
import web.search_words
from ledger.migration_operations import AppendOnly, FrozenRow
from web.search_words import SearchIndex, SearchWords


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('description', models.TextField(blank=True, verbose_name='the challenge')),
                ('for_whom', models.TextField(blank=True, verbose_name='people affected')),
                ('looked_into', models.TextField(blank=True, verbose_name='research so far')),
                ('permission', models.TextField(blank=True, verbose_name='permission and capacity')),
                ('related_agencies', models.TextField(blank=True, verbose_name='other agencies involved')),
                ('resources_held', models.TextField(blank=True, verbose_name='resources you have')),
                ('resources_needed', models.TextField(blank=True, verbose_name='resources you need')),
                ('funding_source', models.CharField(blank=True, max_length=300, verbose_name='source of funding')),
                ('yearly_budget_dollars', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1000000000)], verbose_name='yearly budget, in dollars')),
                ('proposed_team', models.TextField(blank=True, verbose_name='proposed team')),
                ('government_employees_planned', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='government employees planned')),
                ('devops_planned', models.BooleanField(blank=True, null=True, verbose_name='DevOps specialist or site reliability engineer planned')),
                ('devops_plan', models.CharField(blank=True, max_length=300, verbose_name='plan to get one, and by when')),
                ('product_owner_name', models.CharField(blank=True, max_length=150, verbose_name='product owner')),
                ('product_owner_title', models.CharField(blank=True, max_length=150, verbose_name="product owner's title")),
                ('product_owner_full_time', models.BooleanField(blank=True, null=True, verbose_name='full-time product owner')),
                ('sponsors', models.TextField(blank=True, verbose_name='executive sponsors')),
                ('sponsor_up_to_adm', models.BooleanField(blank=True, null=True, verbose_name='support from the assistant deputy minister')),
                ('sponsor_adm_name', models.CharField(blank=True, max_length=150, verbose_name='name of the assistant deputy minister')),
                ('sponsor_adm_on', models.DateField(blank=True, null=True, verbose_name='date they confirmed it')),
                ('sensitivity', models.CharField(blank=True, choices=[('open', 'Open: nothing sensitive'), ('personal', 'Ordinary personal information'), ('very', 'Very sensitive: health, justice, children, security')], max_length=10, verbose_name='sensitivity of the data')),
                ('openness_plan', models.TextField(blank=True, verbose_name='plan for working in the open')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReferenceYear',
            fields=[
                ('year', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Ministry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('short_name', models.CharField(blank=True, max_length=30, verbose_name='short name')),
                ('active', models.BooleanField(default=True, verbose_name='offered in forms')),
            ],
            options={
                'verbose_name': 'ministry',
                'verbose_name_plural': 'ministries',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='residencies_ministry_name')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('statement', models.CharField(max_length=300, verbose_name='need')),
                ('impediment', models.CharField(blank=True, max_length=500, verbose_name='obstacle')),
                ('cause', models.CharField(blank=True, max_length=500, verbose_name='cause')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='how you know')),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='residencies.intake')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ProgramArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('ministry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='program_areas', to='residencies.ministry', verbose_name='ministry')),
            ],
            options={
                'verbose_name': 'program area',
                'verbose_name_plural': 'program areas',
                'ordering': ['ministry__name', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Residency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('reference', models.CharField(editable=False, max_length=20, unique=True, verbose_name='reference')),
                ('product', models.CharField(max_length=150, verbose_name='product')),
                ('problem', models.TextField(max_length=400, verbose_name='the problem, in one sentence')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('in_review', 'In review'), ('qualified', 'Qualified'), ('agreement', 'Agreement'), ('in_residence', 'In residence'), ('live', 'Live'), ('graduated', 'Graduated'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('pivoted', 'Pivoted')], default='draft', editable=False, max_length=20, verbose_name='state')),
                ('state_since', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('phase', models.CharField(choices=[('apply', 'Apply'), ('align', 'Align'), ('resource', 'Resource'), ('discover', 'Discover'), ('deliver', 'Deliver'), ('sustain', 'Sustain')], default='apply', editable=False, max_length=20, verbose_name='coaching phase')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submitted_at', models.DateTimeField(editable=False, null=True)),
                ('started_on', models.DateField(editable=False, null=True, verbose_name='in residence since')),
                ('live_on', models.DateField(editable=False, null=True, verbose_name='live since')),
                ('graduation_due_on', models.DateField(editable=False, null=True, verbose_name='graduation due')),
                ('ended_on', models.DateField(editable=False, null=True, verbose_name='ended on')),
                ('end_reason', models.TextField(blank=True, editable=False)),
                ('referred_to', models.CharField(blank=True, editable=False, max_length=20)),
                ('reintegrated_into', models.CharField(blank=True, editable=False, max_length=200)),
                ('before_portal', models.BooleanField(default=False, editable=False, verbose_name='graduated before the portal')),
                ('search_text', web.search_words.SearchText(default='', editable=False)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_residencies', to=settings.AUTH_USER_MODEL, verbose_name='lab lead')),
                ('program_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residencies', to='residencies.programarea', verbose_name='program area')),
                ('stream', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='residency', to='ledger.stream')),
            ],
            options={
                'verbose_name': 'residency',
                'verbose_name_plural': 'residencies',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Repository',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, verbose_name='link')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repositories', to='residencies.residency')),
            ],
            options={
                'verbose_name': 'repository',
                'verbose_name_plural': 'repositories',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('alpha', 'Alpha'), ('beta', 'Beta'), ('live', 'Live')], max_length=10, verbose_name='stage')),
                ('released_on', models.DateField(verbose_name='release date')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='summary of the release')),
                ('is_final', models.BooleanField(default=False, editable=False)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='residencies.residency')),
            ],
            options={
                'ordering': ['released_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PhaseSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(choices=[('apply', 'Apply'), ('align', 'Align'), ('resource', 'Resource'), ('discover', 'Discover'), ('deliver', 'Deliver'), ('sustain', 'Sustain')], max_length=20)),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(blank=True, null=True)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phase_spans', to='residencies.residency')),
            ],
            options={
                'ordering': ['from_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PhaseSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sign', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('from_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('to_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='phase_signs', to='residencies.residency')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('to_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residency_memberships', to=settings.AUTH_USER_MODEL)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='residencies.residency')),
            ],
        ),
        migrations.AddField(
            model_name='intake',
            name='residency',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='intake', to='residencies.residency'),
        ),
        migrations.CreateModel(
            name='GraduationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('home', models.CharField(blank=True, max_length=200, verbose_name='the team’s home in the ministry')),
                ('product_ownership', models.TextField(blank=True, verbose_name='product ownership after graduation')),
                ('people', models.TextField(blank=True, verbose_name='staffing, and handover from vendors with dates')),
                ('funding', models.TextField(blank=True, verbose_name='ongoing funding')),
                ('upkeep', models.TextField(blank=True, verbose_name='hosting and security')),
                ('next_products', models.TextField(blank=True, verbose_name='next products')),
                ('risks', models.TextField(blank=True, verbose_name='risks of disruption')),
                ('responsible', models.CharField(blank=True, max_length=150, verbose_name='person responsible for the plan')),
                ('carried_out_on', models.DateField(blank=True, null=True, verbose_name='date carried out')),
                ('residency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='graduation_plan', to='residencies.residency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('to_on', models.DateField(verbose_name='new date')),
                ('reason', models.TextField(verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='residencies.residency')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('expectation', models.TextField(verbose_name="expectation that can’t be met")),
                ('raised_by', models.CharField(max_length=150, verbose_name='raised by')),
                ('opened_on', models.DateField()),
                ('due_on', models.DateField(verbose_name='to hold by')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='date held')),
                ('present', models.TextField(blank=True, verbose_name='attendees')),
                ('notes', models.TextField(blank=True, verbose_name='notes')),
                ('outcome', models.CharField(blank=True, choices=[('resolved', 'Resolved'), ('amended', 'Agreement to be amended'), ('pivot', 'Pivot')], max_length=10, verbose_name='outcome')),
                ('correction_reason', models.TextField(blank=True, editable=False)),
                ('corrects', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='residencies.conversation')),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='residencies.residency')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6)])),
                ('case', models.TextField(blank=True, verbose_name='your case')),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='residencies.residency')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('pia', 'Privacy impact assessment'), ('stra', 'Security threat and risk assessment')], max_length=10)),
                ('responsible', models.CharField(blank=True, max_length=150, verbose_name='person responsible')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='date completed')),
                ('evidence_url', models.URLField(blank=True, max_length=1000, verbose_name='link to the assessment')),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='residencies.residency')),
            ],
            options={
                'ordering': ['kind'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('qualified', 'Qualified'), ('declined', 'Declined'), ('more_needed', 'More information requested'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('residency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='residencies.residency')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('text', models.TextField(verbose_name='question')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('condition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='residencies.condition')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='residencies.review')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ConditionFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('verdict', models.CharField(choices=[('met', 'Met'), ('not_met', 'Not met'), ('more_needed', 'More needed')], max_length=20)),
                ('reason', models.TextField(verbose_name='reason')),
                ('case_version', models.PositiveIntegerField(default=1)),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('condition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='residencies.condition')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='residencies.review')),
            ],
            options={
                'ordering': ['condition__number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='description')),
                ('url', models.URLField(blank=True, max_length=1000, verbose_name='link')),
                ('file', models.FileField(blank=True, upload_to=residencies.models.intake.evidence_path, verbose_name='file')),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('size_bytes', models.PositiveIntegerField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('condition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='residencies.condition')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('url', ''), models.Q(('file', ''), _negated=True)), models.Q(models.Q(('url', ''), _negated=True), ('file', '')), _connector='OR'), name='residencies_link_or_file')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('value', models.PositiveIntegerField()),
                ('valid_from', models.DateField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'program figure',
                'ordering': ['name', '-valid_from', '-pk'],
                'indexes': [models.Index(fields=['name', '-valid_from', '-id'], name='residencies_figures')],
            },
        ),
        migrations.AddConstraint(
            model_name='programarea',
            constraint=models.UniqueConstraint(models.F('ministry'), django.db.models.functions.text.Lower('name'), name='residencies_area_name', violation_error_message='This ministry already has a program area with that name.'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['state', '-id'], name='residencies_by_state'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(condition=models.Q(('state', 'live')), fields=['graduation_due_on'], name='residencies_clock'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['owner', '-id'], name='residencies_by_owner'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['phase', '-id'], name='residencies_by_phase'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['product', 'id'], name='residencies_by_product'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['state_since', 'id'], name='residencies_by_since'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(fields=['graduation_due_on', 'id'], name='residencies_by_due'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['graduated', 'declined', 'withdrawn', 'pivoted']), _negated=True), fields=('program_area',), name='residencies_one_under_way', violation_error_message='This program area already has a residency under way.'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'in_review', 'qualified', 'agreement', 'in_residence', 'live', 'graduated', 'declined', 'withdrawn', 'pivoted'])), name='residencies_known_state'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('phase__in', ['apply', 'align', 'resource', 'discover', 'deliver', 'sustain'])), name='residencies_known_phase'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['live', 'graduated']), _negated=True), models.Q(('graduation_due_on__isnull', False), ('live_on__isnull', False)), ('before_portal', True), _connector='OR'), name='residencies_live_has_clock'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['declined', 'withdrawn', 'pivoted']), _negated=True), models.Q(('end_reason', ''), _negated=True), _connector='OR'), name='residencies_end_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', False), ('state__in', ['graduated', 'declined', 'withdrawn', 'pivoted'])), models.Q(models.Q(('state__in', ['graduated', 'declined', 'withdrawn', 'pivoted']), _negated=True), ('ended_on', None)), ('before_portal', True), _connector='OR'), name='residencies_ended_on'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('before_portal', False), ('state', 'graduated'), _connector='OR'), name='residencies_past_is_graduated'),
        ),
        migrations.AddConstraint(
            model_name='repository',
            constraint=models.UniqueConstraint(fields=('residency', 'url'), name='residencies_repository_once'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(condition=models.Q(('is_final', True)), fields=('residency',), name='residencies_one_final_release'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('is_final', False), ('stage', 'live'), _connector='OR'), name='residencies_final_is_live'),
        ),
        migrations.AddConstraint(
            model_name='phasespan',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('residency',), name='residencies_one_phase'),
        ),
        migrations.AddConstraint(
            model_name='phasespan',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='residencies_phase_order'),
        ),
        migrations.AddConstraint(
            model_name='phasesign',
            constraint=models.UniqueConstraint(condition=models.Q(('to_at', None)), fields=('residency', 'sign'), name='residencies_sign_once'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('to_at', None)), fields=['user', 'residency'], name='residencies_members'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('to_at', None)), fields=('residency', 'user'), name='residencies_member_once'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', models.F('from_on')), _negated=True), name='residencies_extension_moves'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='residencies_extension_has_reason'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('held_on', None)), fields=['due_on'], name='residencies_conversations_open'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_on', None), ('outcome', '')), models.Q(('held_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='residencies_held_has_outcome'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction_reason', ''), ('corrects', None)), models.Q(('corrects__isnull', False), ('held_on__isnull', False), models.Q(('correction_reason', ''), _negated=True)), _connector='OR'), name='residencies_correction_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.UniqueConstraint(fields=('residency', 'number'), name='residencies_condition_once'),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 6)), name='residencies_six_conditions'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('residency', 'kind'), name='residencies_assessment_once'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['opened_at'], name='residencies_review_queue'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('residency', 'number'), name='residencies_review_number'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('residency',), name='residencies_one_open_review'),
        ),
        migrations.AddConstraint(
            model_name='conditionfinding',
            constraint=models.UniqueConstraint(fields=('review', 'condition'), name='residencies_finding_once_a_review'),
        ),
        migrations.AddConstraint(
            model_name='conditionfinding',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['met', 'not_met', 'more_needed'])), name='residencies_known_verdict'),
        ),
        migrations.AddConstraint(
            model_name='conditionfinding',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='residencies_finding_has_reason'),
        ),
        SearchIndex("residencies_residency", "search_text"),
        SearchWords("residencies_residency", "search_text"),
        FrozenRow(
            "residencies_conversation",
            "OLD.held_on IS NOT NULL",
            [
                "residency_id", "expectation", "raised_by", "opened_on", "due_on", "held_on", "present", "notes", "outcome",
                "version", "corrects_id", "correction_reason",
            ],
        ),
        FrozenRow(
            "residencies_conditionfinding",
            "OLD.sent_at IS NOT NULL",
            ["review_id", "condition_id", "verdict", "reason", "case_version", "reviewer_id", "decided_at", "sent_at", "version"],
        ),
        FrozenRow("residencies_question", "OLD.id IS NOT NULL", ["review_id", "condition_id", "text", "asked_by_id", "asked_at"]),
        AppendOnly("residencies_extension"),
        AppendOnly("residencies_figure"),
    ]
