from dates import zone  # first of all: nothing may ask for a zone before the pinned data is set
from labportal.celery import app as celery_app

__all__ = ["celery_app", "zone"]
