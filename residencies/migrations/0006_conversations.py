"""Conversations get a clause, a meeting, people invited and attending, and the amendment that followed (EL-84)."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from ledger.migration_operations import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_bodies'),
        ('residencies', '0005_assessments_to_checklists'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConversationAmendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.CharField(max_length=40)),
                ('amendment', models.PositiveBigIntegerField(unique=True)),
                ('place', models.CharField(max_length=300)),
                ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='residencies.conversation')),
            ],
            options={
                'verbose_name': 'amendment after a conversation',
                'verbose_name_plural': 'amendments after conversations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ConversationClause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=12)),
                ('heading', models.CharField(blank=True, max_length=150)),
                ('text', models.TextField()),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='clause', to='residencies.conversation')),
            ],
            options={
                'verbose_name': 'clause of a conversation',
                'verbose_name_plural': 'clauses of conversations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ConversationInvitee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('adm', 'Assistant deputy minister'), ('executive', 'Executive director'), ('product_owner', 'Product owner'), ('lab', 'Lab leadership'), ('champions', 'Champions'), ('partners', 'Partners'), ('other', 'Others')], max_length=15, verbose_name='group')),
                ('answer', models.CharField(blank=True, choices=[('yes', 'I’ll be there'), ('no', 'I can’t come')], max_length=3, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True)),
                ('entry_sent_at', models.DateTimeField(editable=False, null=True)),
                ('removed_at', models.DateTimeField(editable=False, null=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitees', to='residencies.conversation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': 'person invited to a conversation',
                'verbose_name_plural': 'people invited to conversations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ConversationAnswerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('invitee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='residencies.conversationinvitee')),
            ],
        ),
        migrations.CreateModel(
            name='ConversationMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('on', models.DateField(verbose_name='date')),
                ('at', models.TimeField(verbose_name='start time')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='length in minutes')),
                ('place', models.CharField(blank=True, max_length=300, verbose_name='place or meeting link')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                ('cancelled_reason', models.CharField(blank=True, editable=False, max_length=300)),
                ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='meeting', to='residencies.conversation')),
            ],
            options={
                'verbose_name': 'meeting of a conversation',
                'verbose_name_plural': 'meetings of conversations',
                'ordering': ['on', 'at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ConversationAttendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('group', models.CharField(choices=[('adm', 'Assistant deputy minister'), ('executive', 'Executive director'), ('product_owner', 'Product owner'), ('lab', 'Lab leadership'), ('champions', 'Champions'), ('partners', 'Partners'), ('other', 'Others')], max_length=15)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendees', to='residencies.conversation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'verbose_name': 'person at a conversation',
                'verbose_name_plural': 'people at conversations',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('conversation', 'person'), name='residencies_attended_once'), models.CheckConstraint(condition=models.Q(('group__in', ['adm', 'executive', 'product_owner', 'lab', 'champions', 'partners', 'other'])), name='residencies_attendee_group')],
            },
        ),
        migrations.AddConstraint(
            model_name='conversationinvitee',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('conversation', 'person'), name='residencies_invited_once'),
        ),
        migrations.AddConstraint(
            model_name='conversationinvitee',
            constraint=models.CheckConstraint(condition=models.Q(('group__in', ['adm', 'executive', 'product_owner', 'lab', 'champions', 'partners', 'other'])), name='residencies_invitee_group'),
        ),
        migrations.AddConstraint(
            model_name='conversationinvitee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='residencies_answer_has_time'),
        ),
        migrations.AddIndex(
            model_name='conversationmeeting',
            index=models.Index(condition=models.Q(('cancelled_at', None)), fields=['on'], name='residencies_meetings_planned'),
        ),
        migrations.AddConstraint(
            model_name='conversationmeeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('cancelled_reason', '')), models.Q(('cancelled_at__isnull', False), models.Q(('cancelled_reason', ''), _negated=True)), _connector='OR'), name='residencies_meeting_cancelled'),
        ),
        AppendOnly("residencies_conversationclause"),
        AppendOnly("residencies_conversationattendee"),
        AppendOnly("residencies_conversationamendment"),
    ]
