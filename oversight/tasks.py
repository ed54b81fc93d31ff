from celery import shared_task

from oversight.documents import pipeline


@shared_task
def seal_documents() -> int:
    """Seal documents that wait for it."""
    return pipeline.seal_documents_due()
