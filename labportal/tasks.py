from celery import shared_task

from labportal import housekeeping


@shared_task
def keep_house() -> None:
    """Hourly: forget old submissions, end old sessions, note the ledger's heads."""
    housekeeping.keep_house()
