from celery import shared_task

from outbox.delivery import sweep as sweeping
from outbox.delivery import worker


@shared_task
def sweep() -> int:
    """Queue the reminders that have come due."""
    return sweeping.sweep()


@shared_task
def deliver() -> int:
    """Send due messages for half a minute."""
    return worker.deliver_stretch()
