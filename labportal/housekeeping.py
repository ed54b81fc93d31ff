"""What keeps the house tidy; safe to run at any time and any number of times."""

import datetime

from django.core.management import call_command
from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import PaperAgreement
from agreements.models.paper import FOLDER as SCANS
from agreements.sealing.files import sweep_orphans
from labportal.heads import export_once_a_day
from ledger.actions import checkpoint
from residencies.stored_files import forget_unlisted
from teams.actions import keep_checks, keep_sprints
from teams.models import Training
from teams.models.training import CERTIFICATES
from web import kept_text
from web.models import Submission

KEPT = datetime.timedelta(days=7)


def keep_house() -> None:
    """Forget what is a week old, clear ended sessions, plan sprints ahead, check teams again, note every stream's head, export them once a day.

    Submissions and files of acts that came to nothing are forgotten.
    """
    week_ago = timezone.now() - KEPT
    Submission.objects.filter(at__lt=week_ago).delete()
    kept_text.forget_old()
    forget_unlisted(week_ago)
    forget_unlisted(week_ago, Training, CERTIFICATES)
    forget_unlisted(week_ago, PaperAgreement, SCANS)
    sweep_orphans(week_ago)
    call_command("clearsessions")
    keep_sprints(by=SYSTEM)
    keep_checks(by=SYSTEM)
    checkpoint()
    export_once_a_day()
