"""The product's settings, made safe and quick for tests; DEBUG stays off, as in production.

DATABASE_URL picks the engine (SQLite in memory without it), TEST_DB_NAME the name of the test database.
REDIS_URL is for tests that ask for it (`redis_url`): the rest never touch a broker.
"""

import os
import tempfile

_var = tempfile.TemporaryDirectory(prefix="lab-portal-tests-")
REDIS_URL_FOR_TESTS = os.environ.setdefault("TEST_REDIS_URL", os.environ.pop("REDIS_URL", ""))
os.environ.update(
    DEBUG="0",
    SECRET_KEY="only-for-tests-" + "t" * 50,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="https://portal.example.test",
    SECURE_SSL_REDIRECT="0",
    EMAIL_URL="memorymail://",
    VAR_DIR=_var.name,
    LOG_LEVEL=os.environ.get("LOG_LEVEL", "ERROR"),
    INSTALL_STANDARD_TEMPLATE="0",
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from labportal.settings import *  # noqa: E402,F403
from labportal.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402

# What waits for a lock on a busy machine has not failed.
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    patient = "-c lock_timeout=300s -c statement_timeout=600s -c idle_in_transaction_session_timeout=900s"
    DATABASES["default"]["OPTIONS"]["options"] = patient
else:
    DATABASES["default"]["OPTIONS"]["timeout"] = 300

if os.environ.get("TEST_DB_NAME") and DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Copied from one migrated before, if there is one (tests/migrated.py).
    DATABASES["default"]["TEST"] = {"NAME": os.environ["TEST_DB_NAME"], "TEMPLATE": os.environ.get("TEST_DB_TEMPLATE")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "default": {"BACKEND": "tests.storage.StampedStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
FAIL_WHEN_AN_ACT_IS_TAKEN_BACK = True

# A page that asks the database once a row fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal", "tests.expeditions"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# Two acts in one request lock the lab's stream and the residency's, one after the other; an act that tells
# several people writes one message each.
ZEAL_ALLOWLIST = [
    {"model": "ledger.Stream", "field": "get()"},
    {"model": "outbox.Message", "field": "get()"},
    {"model": "agreements.Invitation", "field": "get()"},
]
