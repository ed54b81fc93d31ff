"""Telling a worker that there is work. Losing this call only delays to the next beat."""

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)

FORGOTTEN_SECONDS = 60  # by then beat has come by; calls that pile up while no worker runs are dropped


def nudge_on_commit() -> None:
    """Wake a worker once this transaction has committed; an act that queues a thousand messages calls once."""
    if not any(entry[1] is nudge for entry in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Wake a worker if there is a broker; without one the delivery loop looks every two seconds."""
    wake("outbox.tasks.deliver")


def wake(task: str) -> None:
    """Have the task with this dotted path run soon, if there is a broker."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        import_string(task).apply_async(retry=False, ignore_result=True, expires=FORGOTTEN_SECONDS)
    except Exception as error:  # a dead broker must not fail or slow a page
        log.warning("broker_unreachable", error=type(error).__name__)
