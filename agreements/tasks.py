from celery import shared_task

from agreements.sealing import pipeline


@shared_task
def seal() -> int:
    """Seal what waits for it."""
    return pipeline.seal_due()
