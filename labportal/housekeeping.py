"""What keeps the house tidy; safe to run at any time and any number of times."""

import datetime

from django.core.management import call_command
from django.utils import timezone

from ledger.actions import checkpoint
from residencies.stored_files import forget_unlisted
from web.models import Submission

KEPT = datetime.timedelta(days=7)


def keep_house() -> None:
    """Forget what is a week old: submissions, files of acts that came to nothing. Clear ended sessions, note every stream's head."""
    week_ago = timezone.now() - KEPT
    Submission.objects.filter(at__lt=week_ago).delete()
    forget_unlisted(week_ago)
    call_command("clearsessions")
    checkpoint()
