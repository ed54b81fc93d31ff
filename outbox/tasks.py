from celery import shared_task

from outbox import delivery


@shared_task
def deliver() -> int:
    """Send what is due."""
    return delivery.deliver_due()
