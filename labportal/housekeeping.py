"""What keeps the house tidy; safe to run at any time and any number of times."""

import datetime

from django.core.management import call_command
from django.utils import timezone

from ledger.actions import checkpoint
from web.models import Submission

SUBMISSIONS_KEPT = datetime.timedelta(days=7)


def keep_house() -> None:
    """Forget submissions older than a week, clear ended sessions, note the head of every ledger stream."""
    Submission.objects.filter(at__lt=timezone.now() - SUBMISSIONS_KEPT).delete()
    call_command("clearsessions")
    checkpoint()
