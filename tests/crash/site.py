"""The portal's settings as in production; only its files are served under their own names, so that no test has to collect them."""

from labportal.settings import *  # noqa: F403
from labportal.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
