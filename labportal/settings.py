"""All settings of Lab Portal, in sections. What differs between installations comes from the environment.

Nothing here is secret. `manage.py check` shows what is missing or unsafe (labportal/checks.py).
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from labportal.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ── What kind of installation ────────────────────────────────────────────────────────────────
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
if DEBUG:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
RELEASE = "0.1.0"

DEVELOPMENT_KEY = "development-only-and-refused-when-debug-is-off-" + "x" * 24
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The portal's address. Links in email are made from it, never from a request (ASVS 4.1).
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# ── Apps and middleware ──────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "labportal.apps.LabAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django_tables2",
    "rules",
    "ledger",
    "people",
    "outbox",
    "web",
    "oversight",
    "residencies",
    "agreements",
    "teams",
    "community",
    "partnerships",
    "metrics",
    "reports",
    "recovery",
    "labportal.apps.LabPortalConfig",
]

MIDDLEWARE = [
    "web.access.KnownMethods",
    "web.serving.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages at an eighth of their size, even if no proxy compresses. Django adds random padding against guessing by length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    # Before anything that may fail, so that error pages have these headers too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "web.middleware.PrivateByDefault",
    "web.middleware.ClientAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before anything that reads a form, and after authentication, because it needs the user.
    "web.uploads.limits.StrangerUploads",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Outside OncePerSubmission, whose rollback would remove what is kept; inside messages and accounts, which it uses.
    "web.kept_text.KeepsText",
    "web.access.DeclaredAccess",
    "web.middleware.Bounded",
    "web.acts.Refusals",
    "web.idempotent_post.OncePerSubmission",
    "oversight.documents.altered.AlteredRecords",
]

ROOT_URLCONF = "labportal.urls"
WSGI_APPLICATION = "labportal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "labportal.context.portal",
                "web.kept_text.context",
            ],
        },
    },
]

if DEBUG:  # the demo and the style guide; nothing else refers to them
    INSTALLED_APPS += ["demo"]
    TEMPLATES[0]["OPTIONS"]["context_processors"] += ["demo.context.demo"]  # type: ignore[index]

# ── Databases, caches, files ─────────────────────────────────────────────────────────────────
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'lab-portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
        # For data in memory or on an SSD. PostgreSQL's default is for spinning disks, and makes it sort instead of reading an index in order.
        " -c random_page_cost=1.1"
    )
REDIS_URL = env.str("REDIS_URL", default="")


def _cache(name: str, entries: int) -> dict[str, Any]:
    if REDIS_URL:
        return {
            "BACKEND": "web.serving.shared_cache.SharedCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": name,
            "OPTIONS": {"MAX_ENTRIES": entries},
        }
    return {"BACKEND": "web.serving.shared_cache.OwnCache", "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": entries}}


# "default" counts attempts, per process if there is no Redis (web/serving/shared_cache.py). "ledger" is separate so that it never
# pushes a count out: it has what was computed from the ledger for lists and home (ledger/memory.py).
CACHES = {"default": _cache("lab-portal", 300), "ledger": _cache("lab-portal-ledger", 5_000)}
# In tests, a request that rolls back an act it has carried out fails; elsewhere it is logged (web/idempotent_post.py).
FAIL_WHEN_AN_ACT_IS_TAKEN_BACK = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Uploaded files, outside anything that a web server serves; a view checks permission (EL-12).
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "files")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# The dotted path of a function of (bytes, name) that returns why a file is refused, or nothing. If empty, files aren't scanned.
UPLOAD_SCANNER = env.str("UPLOAD_SCANNER", default="")
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT_BYTES + 1024 * 1024  # web/middleware.py refuses the rest
# For people without an account: how many uploads each process reads at once, and how many files each host opens at once.
STRANGERS_UPLOADS_AT_ONCE = env.int("STRANGERS_UPLOADS_AT_ONCE", default=1)
FILE_CHECKS_AT_ONCE = env.int("FILE_CHECKS_AT_ONCE", default=2)
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("bcgov", BASE_DIR / "node_modules" / "@bcgov"), ("help", BASE_DIR / "docs" / "pictures")]
# Fonts for characters that BC Sans doesn't have. They are used for PDFs and never served (sealing/fonts.py).
FONT_PACKAGES = BASE_DIR / "node_modules"
STORAGES = {
    "default": {"BACKEND": "web.uploads.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ── Sign-in ──────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "labportal.accounts.Backend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "labportal.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Counted per account and client address, so that guessing locks out the guesser and not the owner (ASVS 6.3.1).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
# From all addresses together: this many wrong passwords in a day pause an account (labportal/sign_in.py).
WRONG_PASSWORDS_A_DAY = 30
ACCOUNT_FORMS = {"reset_password": "labportal.accounts.ResetPasswordForm"}
# The demo accounts' public password. It doesn't work unless DEBUG is on (labportal/accounts.py).
DEMO_PASSWORD = "lab-portal-demo"  # noqa: S105 - it guards nothing
DEMO_DOMAIN = "@example.test"  # the demo's email addresses
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "people.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.passwords.SurprisingValidator"},
]
ADMIN_PATH = env.str("ADMIN_PATH", default="admin/")

# ── Browser defences ─────────────────────────────────────────────────────────────────────────
SESSION_ENGINE = "web.serving.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
KEPT_TEXT_COOKIE_NAME, WRITERS_COOKIE_NAME = "kept", "writers"  # web/kept_text.py
CSRF_FAILURE_VIEW = "labportal.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if not DEBUG:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    KEPT_TEXT_COOKIE_NAME, WRITERS_COOKIE_NAME = "__Host-kept", "__Host-writers"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# ── Language and formats ─────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-ca"
LANGUAGES = [("en-ca", _("English"))]
TIME_ZONE = "America/Vancouver"
USE_I18N = len(LANGUAGES) > 1  # looking up texts in a missing catalogue took a third of a list's time
USE_TZ = True
FORMAT_MODULE_PATH = ["labportal.formats"]

# ── Mail ─────────────────────────────────────────────────────────────────────────────────────
EMAIL_URL = env.str("EMAIL_URL", default="" if not DEBUG else f"filemail:///{VAR_DIR / 'mail'}")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
if DEBUG and EMAIL_URL.startswith("filemail"):
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Exchange Lab <lab-portal@example.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MESSAGE_ID_DOMAIN = env.str("MESSAGE_ID_DOMAIN", default="lab-portal.example.test")
OUTBOX_SUSPENDED = env.bool("OUTBOX_SUSPENDED", default=False)
# Mail servers limit connections at the same time; Exchange Online allows three.
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=2)
# A claim on a message lasts three times as long as a mail server may take, and as long again for a slow message.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=60)
OUTBOX_DELIVER_SECONDS = env.int("OUTBOX_DELIVER_SECONDS", default=10)
OUTBOX_SWEEP_SECONDS = env.int("OUTBOX_SWEEP_SECONDS", default=60)
# Minutes between attempts to deliver a message. After the last attempt, someone has to look at it.
OUTBOX_PAUSES_MINUTES = env.list("OUTBOX_PAUSES_MINUTES", cast=float, default=[1, 5, 15, 60, 240, 240, 240, 240])

# ── Work outside requests: Celery only wakes, the database is the queue ──────────────────────
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # workers survive any outage of Redis; by default they give up after a hundred attempts
# max_retries: publishing to a dead broker costs a page milliseconds instead of six seconds; workers reconnect by themselves.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "outbox.tasks.sweep", "schedule": OUTBOX_SWEEP_SECONDS, "options": {"expires": OUTBOX_SWEEP_SECONDS}},
    "deliver": {"task": "outbox.tasks.deliver", "schedule": OUTBOX_DELIVER_SECONDS, "options": {"expires": OUTBOX_DELIVER_SECONDS}},
    "seal": {"task": "agreements.tasks.seal", "schedule": 30, "options": {"expires": 30}},
    "seal-documents": {"task": "oversight.tasks.seal_documents", "schedule": 30, "options": {"expires": 30}},
    "keep-house": {"task": "labportal.tasks.keep_house", "schedule": 3600, "options": {"expires": 3600}},
    "check-links": {"task": "labportal.tasks.check_outside_links", "schedule": 3600, "options": {"expires": 3600}},
}

# ── Forms and tables ─────────────────────────────────────────────────────────────────────────
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = DEBUG is False
DJANGO_TABLES2_TEMPLATE = "components/table.html"
DJANGO_TABLES2_TABLE_ATTRS = {"class": "table table-hover align-middle"}

# ── Logs ─────────────────────────────────────────────────────────────────────────────────────
LOGGING = logging_config(json=env.bool("LOG_JSON", default=not DEBUG), level=env.str("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

LEDGER_SIGNER = "sealing.ledger_signer.LabSigner"  # signs checkpoints and exported heads (ledger/signing.py); "" for none

# ── The seal on agreements (docs/sealing.md) ─────────────────────────────────────────────────
SEAL_PKCS12 = env.str("SEAL_PKCS12", default="")
SEAL_PKCS12_PASSPHRASE_FILE = env.str("SEAL_PKCS12_PASSPHRASE_FILE", default="")
SEAL_ROOTS = env.list("SEAL_ROOTS", default=[])
SEAL_TSA_URLS = env.list("SEAL_TSA_URLS", default=[])
SEAL_TSA_ROOTS = env.list("SEAL_TSA_ROOTS", default=[])
SEAL_ALLOW_DEVELOPMENT = env.bool("SEAL_ALLOW_DEVELOPMENT", default=False)

# ── Where the ledger's heads are exported daily, so that it can't be rewritten undetected (docs/operators-guide.md) ──
LEDGER_HEADS_FILE = env.str("LEDGER_HEADS_FILE", default="")  # may contain %Y-%m-%d; use append-only storage
LEDGER_HEADS_EMAIL = env.str("LEDGER_HEADS_EMAIL", default="")

# ── Links outside: each link on a product's page is asked about once a week whether it still works (docs/showcase.md) ──
CHECK_OUTSIDE_LINKS = env.bool("CHECK_OUTSIDE_LINKS", default=not DEBUG)
LINK_CHECK_ALLOWED_NETWORKS = env.list("LINK_CHECK_ALLOWED_NETWORKS", default=[])  # for tests only; production refuses to start with it

# ── The lab's name: another lab changes these and templates/brand/ ───────────────────────────
LAB_NAME = env.str("LAB_NAME", default="Exchange Lab")
PRODUCT_NAME = env.str("PRODUCT_NAME", default="Lab Portal")
LAB_EMAIL = env.str("LAB_EMAIL", default="exchange-lab@example.test")
REFERENCE_PREFIX = env.str("REFERENCE_PREFIX", default="XL")

# Install the standard agreement template in a new database. Another lab brings its own.
INSTALL_STANDARD_TEMPLATE = env.bool("INSTALL_STANDARD_TEMPLATE", default=True)
