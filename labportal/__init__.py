from dates import zone  # first, because nothing may use a time zone before the pinned data is set
from labportal.celery import app as celery_app

__all__ = ["celery_app", "zone"]
