"""Production settings without TLS; DATABASE_URL is the benchmark's own database."""

import os
import tempfile

_var = tempfile.TemporaryDirectory(prefix="lab-portal-bench-")
os.environ.update(
    DEBUG="0",
    SECRET_KEY="only-for-benchmarks-" + "b" * 50,
    ALLOWED_HOSTS="testserver",
    SITE_URL="https://portal.example.test",
    SECURE_SSL_REDIRECT="0",
    EMAIL_URL="dummymail://",
    VAR_DIR=_var.name,
    LOG_LEVEL="ERROR",
)

from labportal.settings import *  # noqa: E402,F403
from labportal.settings import STORAGES  # noqa: E402

ROOT_URLCONF = "benchmarks.urls"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
