import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import agreements.models.paper
from ledger.migration_operations import AppendOnly, FrozenChildren, FrozenRow


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='short name')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('subject_kind', models.CharField(default='residency', max_length=30, verbose_name='for')),
                ('offered', models.BooleanField(default=True, verbose_name='offered for new agreements')),
            ],
            options={
                'verbose_name': 'template',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='TemplateRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='order')),
                ('label', models.CharField(max_length=120, verbose_name='role')),
                ('side', models.CharField(choices=[('lab', 'Lab'), ('program', 'Program area'), ('alliance', 'Alliance team')], max_length=20, verbose_name='side')),
                ('stage', models.PositiveSmallIntegerField(default=1, help_text='Everyone in stage 1 signs first, then stage 2. Use the same number for all to ask everyone at once.', verbose_name='stage')),
                ('must_sign', models.BooleanField(default=True, help_text='If they don’t have to sign, they’re kept informed.', verbose_name='must sign')),
            ],
            options={
                'verbose_name': 'role',
                'ordering': ['version', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=40, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('voided_at', models.DateTimeField(null=True)),
                ('void_reason', models.TextField(blank=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='agreements.agreement')),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='ledger.stream')),
                ('voided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'agreement',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='AgreementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('circulated', 'Sent to parties'), ('in_force', 'In force'), ('superseded', 'Replaced'), ('void', 'Void')], default='draft', max_length=12)),
                ('header', models.JSONField(default=dict)),
                ('code_required', models.BooleanField(editable=False, null=True)),
                ('canonical', models.BinaryField(null=True)),
                ('content_sha256', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('circulated_at', models.DateTimeField(editable=False, null=True)),
                ('in_force_at', models.DateTimeField(editable=False, null=True)),
                ('superseded_at', models.DateTimeField(editable=False, null=True)),
                ('void_reason', models.TextField(blank=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='agreements.agreement')),
                ('circulated_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='agreements.agreementversion')),
            ],
            options={
                'verbose_name': 'version of an agreement',
                'verbose_name_plural': 'versions of agreements',
                'ordering': ['agreement', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('comment', 'Comment'), ('question', 'Question to the lab'), ('misaligned', 'Misaligned')], default='comment', max_length=12)),
                ('text', models.TextField()),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='agreements.agreementversion')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('sign', 'To sign'), ('read', 'For information')], max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('links_asked', models.PositiveIntegerField(default=0)),
                ('first_opened_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='agreements.agreementversion')),
            ],
            options={
                'verbose_name': 'invitation',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Decline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('declined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decline', to='agreements.invitation')),
            ],
            options={
                'verbose_name': 'decline',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='InvitationToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('minted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='agreements.invitation')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='first_opened_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.invitationtoken'),
        ),
        migrations.CreateModel(
            name='PaperAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('parties', models.TextField(verbose_name='parties')),
                ('signers', models.TextField(verbose_name='signers')),
                ('signed_on', models.DateField(verbose_name='date of the last signature')),
                ('file', models.FileField(upload_to=agreements.models.paper.scan_path, verbose_name='scan')),
                ('sha256', models.CharField(max_length=64)),
                ('size_bytes', models.PositiveIntegerField()),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.TextField(blank=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_agreements', to='ledger.stream')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'agreement signed on paper',
                'verbose_name_plural': 'agreements signed on paper',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('to_at', models.DateTimeField(blank=True, null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='agreements.agreement')),
                ('confirmed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delegated_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handed_to', to='agreements.party')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreement_parties', to='people.person')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='agreements.templaterole')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['role__position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='agreements.party'),
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('email', models.EmailField(max_length=254)),
                ('title', models.CharField(blank=True, max_length=150)),
                ('organisation', models.CharField(blank=True, max_length=200)),
                ('reason', models.TextField()),
                ('state', models.CharField(choices=[('proposed', 'Waiting for lab operations'), ('confirmed', 'Confirmed'), ('refused', 'Refused')], default='proposed', max_length=10)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='agreements.agreementversion')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='agreements.party')),
                ('to_party', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='came_by', to='agreements.party')),
            ],
            options={
                'verbose_name': 'hand-over',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DiscussionBookmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.comment')),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seen', to='agreements.party')),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='mentions',
            field=models.ManyToManyField(related_name='mentioned_in', to='agreements.party'),
        ),
        migrations.AddField(
            model_name='comment',
            name='party',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='agreements.party'),
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.JSONField(editable=False)),
                ('state', models.CharField(choices=[('wanted', 'Waiting for the seal'), ('stuck', 'Stuck: the PDF came out differently'), ('done', 'Sealed')], default='wanted', max_length=10)),
                ('wanted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_try_at', models.DateTimeField(null=True)),
                ('claimed_by', models.CharField(blank=True, max_length=64)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('unsealed_sha256', models.CharField(blank=True, editable=False, max_length=64)),
                ('without_timestamp', models.BooleanField(default=False)),
                ('choice_reason', models.TextField(blank=True)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='agreements.agreementversion')),
            ],
            options={
                'verbose_name': 'seal',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SealedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=200, unique=True)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.PositiveIntegerField()),
                ('unsealed_sha256', models.CharField(max_length=64)),
                ('certificate_sha256', models.CharField(max_length=64)),
                ('development', models.BooleanField()),
                ('level', models.CharField(max_length=5)),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('timestamp_at', models.DateTimeField(null=True)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealed_document', to='agreements.agreementversion')),
            ],
            options={
                'verbose_name': 'sealed document',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('heading', models.CharField(max_length=150)),
                ('takes_conditions', models.BooleanField(default=False)),
                ('follows', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='agreements.section')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='agreements.agreementversion')),
            ],
            options={
                'ordering': ['version', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=12)),
                ('heading', models.CharField(max_length=150)),
                ('text', models.TextField()),
                ('kind', models.CharField(choices=[('standard', 'From the template'), ('unique', 'Unique condition')], default='standard', max_length=10)),
                ('follows', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='agreements.clause')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='agreements.agreementversion')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='agreements.section')),
            ],
            options={
                'ordering': ['version', 'section__number', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('change', 'Wording change'), ('add', 'New clause'), ('remove', 'Clause removed')], max_length=10)),
                ('was_heading', models.CharField(blank=True, max_length=150)),
                ('was_text', models.TextField(blank=True)),
                ('heading', models.CharField(blank=True, max_length=150)),
                ('text', models.TextField(blank=True)),
                ('at_request_of', models.CharField(blank=True, max_length=200)),
                ('reason', models.TextField()),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('overtaken', 'Overtaken')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.TextField(blank=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_amendments', to='agreements.agreementversion')),
                ('proposed_against', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreementversion')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='agreements.agreementversion')),
                ('clause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='agreements.clause')),
                ('party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='agreements.party')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='agreements.section')),
            ],
            options={
                'verbose_name': 'amendment',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SectionRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('how', models.CharField(blank=True, choices=[('one-by-one', 'one by one'), ('together', 'together with other sections')], editable=False, max_length=12)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='agreements.party')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='agreements.section')),
            ],
            options={
                'ordering': ['section__number'],
            },
        ),
        migrations.CreateModel(
            name='SigningCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('browser_sha256', models.CharField(editable=False, max_length=64)),
                ('sent_to', models.CharField(max_length=254)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hmac', models.CharField(blank=True, editable=False, max_length=64)),
                ('expires_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('verified_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='agreements.invitation')),
            ],
            options={
                'verbose_name': 'one-time code',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(choices=[('clear', 'Clear'), ('comfortable', 'Comfortable'), ('misaligned', 'Misaligned')], max_length=12)),
                ('note', models.TextField(blank=True)),
                ('from_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('to_at', models.DateTimeField(null=True)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='agreements.clause')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='agreements.party')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed_name', models.CharField(max_length=200)),
                ('signed_at', models.DateTimeField()),
                ('evidence', models.BinaryField()),
                ('evidence_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('annex', models.BinaryField(null=True)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='agreements.party')),
                ('version', models.ForeignKey(db_column='version_sha256', on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='agreements.agreementversion', to_field='content_sha256')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.templaterole')),
            ],
            options={
                'verbose_name': 'signature',
                'ordering': ['signed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PartyRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('label', models.CharField(max_length=120)),
                ('side', models.CharField(choices=[('lab', 'Lab'), ('program', 'Program area'), ('alliance', 'Alliance team')], max_length=20)),
                ('stage', models.PositiveSmallIntegerField(default=1)),
                ('must_sign', models.BooleanField(default=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='agreements.agreementversion')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.templaterole')),
            ],
            options={
                'ordering': ['version', 'position'],
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('summary', models.TextField(verbose_name='summary, in a few sentences')),
                ('statement_of_intent', models.TextField(verbose_name='statement of intent')),
                ('consent', models.TextField(verbose_name='consent to sign electronically')),
                ('header_fields', models.JSONField(default=list, verbose_name='header fields')),
                ('invitation_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(180)], verbose_name='days until a link expires')),
                ('code_required', models.BooleanField(default=False, help_text='Lab operations can change this for an individual agreement.', verbose_name='signers enter an emailed code')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='agreements.template')),
            ],
            options={
                'verbose_name': 'template version',
                'ordering': ['template', '-number'],
            },
        ),
        migrations.CreateModel(
            name='TemplateSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('heading', models.CharField(max_length=150, verbose_name='heading')),
                ('takes_conditions', models.BooleanField(default=False, verbose_name='unique conditions go here')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='agreements.templateversion')),
            ],
            options={
                'verbose_name': 'section',
                'ordering': ['version', 'number'],
            },
        ),
        migrations.AddField(
            model_name='templaterole',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='agreements.templateversion'),
        ),
        migrations.CreateModel(
            name='TemplateClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number in its section')),
                ('heading', models.CharField(max_length=150, verbose_name='heading')),
                ('text', models.TextField(verbose_name='text')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='agreements.templatesection', verbose_name='section')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='agreements.templateversion')),
            ],
            options={
                'verbose_name': 'clause',
                'ordering': ['version', 'section__number', 'number'],
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='template_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='agreements.templateversion'),
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('resolved_by', models.CharField(blank=True, max_length=200)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='agreements.agreement')),
                ('clause', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='thread', to='agreements.clause')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='agreements.thread'),
        ),
        migrations.CreateModel(
            name='WrongPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('settled_at', models.DateTimeField(null=True)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wrong_persons', to='agreements.invitationtoken')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'wrong person',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='agreements_version_number'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('agreement',), name='agreements_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'circulated')), fields=('agreement',), name='agreements_one_circulated'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('agreement',), name='agreements_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'circulated', 'in_force', 'superseded', 'void'])), name='agreements_known_state'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('canonical', None), ('circulated_at', None), ('content_sha256', None), ('state', 'draft')), models.Q(('canonical__isnull', False), ('circulated_at__isnull', False), ('content_sha256__isnull', False), ('state__in', ['circulated', 'in_force', 'superseded', 'void']), ('content_sha256__length', 64)), _connector='OR'), name='agreements_circulated_has_hash'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('in_force_at__isnull', False), ('state', 'in_force')), models.Q(('in_force_at', None), ('state__in', ['draft', 'circulated'])), ('state__in', ['superseded', 'void']), _connector='OR'), name='agreements_in_force_when'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'superseded'), ('superseded_at__isnull', False)), models.Q(models.Q(('state', 'superseded'), _negated=True), ('superseded_at', None)), _connector='OR'), name='agreements_superseded_when'),
        ),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), _negated=True), models.Q(('void_reason', ''), _negated=True), _connector='OR'), name='agreements_void_version_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='decline',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='agreements_decline_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='paperagreement',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('stream',), name='agreements_one_on_paper'),
        ),
        migrations.AddConstraint(
            model_name='paperagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('recorded_by')), _negated=True)), _connector='OR'), name='agreements_paper_two_vouch'),
        ),
        migrations.AddConstraint(
            model_name='paperagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='agreements_paper_withdrawn_why'),
        ),
        migrations.AddConstraint(
            model_name='paperagreement',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__length', 64)), name='agreements_paper_hash'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('party', 'version'), name='agreements_one_invitation'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['sign', 'read'])), name='agreements_invitation_purpose'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('party', 'version'), name='agreements_one_hand_over'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='agreements_hand_over_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'proposed'), ('to_party', None)), models.Q(('decided_at__isnull', False), ('state', 'confirmed'), ('to_party__isnull', False)), models.Q(('decided_at__isnull', False), ('state', 'refused'), ('to_party', None), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='agreements_hand_over_decided'),
        ),
        migrations.AddIndex(
            model_name='seal',
            index=models.Index(condition=models.Q(('state', 'wanted')), fields=['next_try_at', 'id'], name='agreements_seal_due'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['wanted', 'stuck', 'done'])), name='agreements_seal_state'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.CheckConstraint(condition=models.Q(('unsealed_sha256', ''), ('unsealed_sha256__length', 64), _connector='OR'), name='agreements_seal_unsealed_hash'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.CheckConstraint(condition=models.Q(('without_timestamp', False), models.Q(('choice_reason', ''), _negated=True), _connector='OR'), name='agreements_seal_choice_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='sealeddocument',
            constraint=models.CheckConstraint(condition=models.Q(('certificate_sha256__length', 64), ('sha256__length', 64), ('unsealed_sha256__length', 64)), name='agreements_sealed_hashes'),
        ),
        migrations.AddConstraint(
            model_name='sealeddocument',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 'B-B'), ('timestamp_at', None)), models.Q(('level', 'B-T'), ('timestamp_at__isnull', False)), _connector='OR'), name='agreements_sealed_level'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(fields=('version', 'number'), name='agreements_section_number'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.UniqueConstraint(fields=('version', 'number'), name='agreements_clause_number'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['standard', 'unique'])), name='agreements_clause_kind'),
        ),
        migrations.AddIndex(
            model_name='amendment',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['version'], name='agreements_amendment_open'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('clause__isnull', False), ('kind', 'change'), models.Q(('was_text', ''), _negated=True), models.Q(('text', ''), _negated=True)), models.Q(('clause', None), ('kind', 'add'), ('was_heading', ''), ('was_text', ''), models.Q(('text', ''), _negated=True)), models.Q(('clause__isnull', False), ('heading', ''), ('kind', 'remove'), ('text', ''), models.Q(('was_text', ''), _negated=True)), _connector='OR'), name='agreements_amendment_words'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entered_by', None), ('party__isnull', False)), models.Q(('entered_by__isnull', False), ('party', None)), _connector='OR'), name='agreements_amendment_one_proposer'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='agreements_amendment_reason'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision_reason', ''), ('made', None), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('made__isnull', False), ('state', 'accepted'), models.Q(('decision_reason', ''), _negated=True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('made', None), ('state', 'rejected'), models.Q(('decision_reason', ''), _negated=True)), models.Q(('decided_at__isnull', False), ('made', None), ('state', 'withdrawn')), models.Q(('decided_at__isnull', False), ('state', 'overtaken'), models.Q(('decision_reason', ''), _negated=True)), _connector='OR'), name='agreements_amendment_decided'),
        ),
        migrations.AddConstraint(
            model_name='sectionread',
            constraint=models.UniqueConstraint(fields=('party', 'section'), name='agreements_read_once'),
        ),
        migrations.AddConstraint(
            model_name='signingcode',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('invitation',), name='agreements_one_code'),
        ),
        migrations.AddConstraint(
            model_name='signingcode',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='agreements_code_tries'),
        ),
        migrations.AddConstraint(
            model_name='signingcode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('hmac', ''), ('verified_at', None)), models.Q(models.Q(('hmac', ''), _negated=True), ('expires_at__isnull', False)), _connector='OR'), name='agreements_code_minted'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.UniqueConstraint(condition=models.Q(('to_at', None)), fields=('party', 'clause'), name='agreements_one_stance'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(('value__in', ['clear', 'comfortable', 'misaligned'])), name='agreements_known_stance'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value', 'misaligned'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='agreements_misaligned_says_why'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(('to_at', None), ('to_at__gte', models.F('from_at')), _connector='OR'), name='agreements_stance_order'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('version', 'party'), name='agreements_sign_once'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('version', 'role'), name='agreements_one_signature_a_role'),
        ),
        migrations.AddConstraint(
            model_name='partyrole',
            constraint=models.UniqueConstraint(fields=('version', 'role'), name='agreements_role_once'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(condition=models.Q(('to_at', None)), fields=('agreement', 'role'), name='agreements_one_holder'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('to_at', None), ('to_at__gte', models.F('from_at')), _connector='OR'), name='agreements_party_order'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='agreements_template_number'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.CheckConstraint(condition=models.Q(('frozen_at', None), ('published_at__isnull', False), _connector='OR'), name='agreements_used_is_published'),
        ),
        migrations.AddConstraint(
            model_name='templatesection',
            constraint=models.UniqueConstraint(fields=('version', 'number'), name='agreements_template_section'),
        ),
        migrations.AddConstraint(
            model_name='templatesection',
            constraint=models.UniqueConstraint(condition=models.Q(('takes_conditions', True)), fields=('version',), name='agreements_one_section_for_conditions'),
        ),
        migrations.AddConstraint(
            model_name='templaterole',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='agreements_template_role'),
        ),
        migrations.AddConstraint(
            model_name='templaterole',
            constraint=models.UniqueConstraint(fields=('version', 'label'), name='agreements_template_role_label'),
        ),
        migrations.AddConstraint(
            model_name='templateclause',
            constraint=models.UniqueConstraint(fields=('section', 'number'), name='agreements_template_clause'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['voided_at'], name='agreements_voided'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('stream', 'number'), name='agreements_number'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('voided_at', None), models.Q(('void_reason', ''), _negated=True), _connector='OR'), name='agreements_void_has_reason'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('resolved_at', None)), fields=['opened_at'], name='agreements_open_threads'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.UniqueConstraint(condition=models.Q(('clause', None)), fields=('agreement',), name='agreements_one_general_thread'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('resolved_by', '')), models.Q(('resolved_at__isnull', False), models.Q(('resolved_by', ''), _negated=True)), _connector='OR'), name='agreements_resolved_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('party', None)), models.Q(('account', None), ('party__isnull', False)), _connector='OR'), name='agreements_comment_of_one'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'comment'), models.Q(('account', None), ('kind__in', ['question', 'misaligned'])), _connector='OR'), name='agreements_comment_kind'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='agreements_comment_says'),
        ),
        migrations.AddConstraint(
            model_name='wrongperson',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('link',), name='agreements_wrong_person_once'),
        ),
        AppendOnly("agreements_signature"),
        FrozenChildren("agreements_section", "version_id", "agreements_agreementversion", "state <> 'draft'"),
        FrozenChildren("agreements_clause", "version_id", "agreements_agreementversion", "state <> 'draft'"),
        FrozenChildren("agreements_partyrole", "version_id", "agreements_agreementversion", "state <> 'draft'"),
        FrozenRow(
            "agreements_agreementversion",
            "OLD.state <> 'draft'",
            [
                "agreement_id", "number", "header", "code_required", "canonical", "content_sha256", "previous_id",
                "circulated_at", "circulated_by_id",
            ],
        ),
        FrozenRow(
            "agreements_amendment",
            "OLD.state <> 'open'",
            ["version_id", "section_id", "clause_id", "state", "decided_by_id", "decided_at", "decision_reason", "made_id"],
            [
                "proposed_against_id", "kind", "was_heading", "was_text", "heading", "text", "party_id", "entered_by_id",
                "at_request_of", "reason", "proposed_at",
            ],
        ),
        AppendOnly("agreements_comment"),
        AppendOnly("agreements_comment_mentions"),
        FrozenRow("agreements_stance", "OLD.id IS NOT NULL", ["party_id", "clause_id", "value", "note", "from_at"]),
        FrozenRow("agreements_thread", "OLD.id IS NOT NULL", ["agreement_id", "clause_id", "opened_at"]),
        FrozenRow("agreements_seal", "OLD.id IS NOT NULL", ["version_id", "told", "wanted_at"]),
        AppendOnly("agreements_sealeddocument"),
        AppendOnly("agreements_decline"),
        FrozenRow(
            "agreements_templateversion",
            "OLD.published_at IS NOT NULL",
            [
                "template_id", "number", "title", "summary", "statement_of_intent", "consent", "header_fields",
                "invitation_days", "code_required", "published_at",
            ],
        ),
        FrozenChildren("agreements_templatesection", "version_id", "agreements_templateversion", "published_at IS NOT NULL"),
        FrozenChildren("agreements_templateclause", "version_id", "agreements_templateversion", "published_at IS NOT NULL"),
        FrozenChildren("agreements_templaterole", "version_id", "agreements_templateversion", "published_at IS NOT NULL"),
        FrozenRow(
            "agreements_handover",
            "OLD.state <> 'proposed'",
            [
                "party_id", "version_id", "name", "email", "title", "organisation", "reason", "state", "proposed_at",
                "decided_at", "decided_by_id", "answer", "to_party_id",
            ],
        ),
        FrozenRow(
            "agreements_paperagreement",
            "OLD.confirmed_at IS NOT NULL",
            ["confirmed_at", "confirmed_by_id"],
            [
                "stream_id", "title", "parties", "signers", "signed_on", "file", "sha256", "size_bytes", "recorded_at",
                "recorded_by_id",
            ],
        ),
    ]
