"""What this installation has and lacks, told to whoever runs it. Add a part by adding a row to PARTS."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from ledger import signing
from sealing import libraries


@dataclass(frozen=True)
class Part:
    """`state` says in a few words how it is, and whether that is well; `remedy` is what to do when it is not.

    An optional part that is missing makes one thing less possible, and the portal runs all the same.
    """

    name: str
    state: Callable[[], tuple[bool, str]]
    remedy: str
    optional: bool = True


def _assets() -> tuple[bool, str]:
    is_present = (settings.BASE_DIR / "node_modules" / "@bcgov" / "bootstrap-v5-theme").is_dir() or (
        settings.STATIC_ROOT / "bcgov"
    ).is_dir()
    return is_present, "theme and font are here" if is_present else "theme and font are missing: pages look bare"


def _database() -> tuple[bool, str]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return False, str(error).splitlines()[0]
    return True, f"{connection.vendor} {'.'.join(str(part) for part in connection.get_database_version())}"


def _mail() -> tuple[bool, str]:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return True, f"written to {settings.EMAIL_FILE_PATH} and shown on the Outbox page; none leaves this machine"
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and settings.EMAIL_URL:
        return True, f"sent through {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return bool(settings.EMAIL_URL), f"handed to {settings.EMAIL_BACKEND}" if settings.EMAIL_URL else "goes nowhere"


def _broker() -> tuple[bool, str]:
    if settings.REDIS_URL:
        return True, f"Redis at {urlsplit(settings.REDIS_URL).hostname}"
    return True, "none needed: `manage.py send_due --loop` delivers"


def _chromium() -> tuple[bool, str]:
    is_present = any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return is_present or not settings.DEBUG, "found" if is_present else "missing: browser tests cannot run"


def _pdf() -> tuple[bool, str]:
    if lacking := libraries.missing():
        return False, f"missing: {', '.join(lacking)}; PDFs and their seals wait, everything else works"
    if lacking := libraries.missing_for_smaller_files():
        return False, f"missing: {', '.join(lacking)}; PDFs are made, but larger"
    return True, "its libraries are here"


def _ledger() -> tuple[bool, str]:
    signed = "checkpoints are signed" if signing.signer().may_sign() else "checkpoints are not signed here: no key"
    places = [place for place in (settings.LEDGER_HEADS_FILE, settings.LEDGER_HEADS_EMAIL) if place]
    if places:
        return True, f"{signed}; heads are exported daily to {' and '.join(places)}"
    return settings.DEBUG, f"{signed}; heads are exported nowhere: anyone who can write to the database could rewrite the ledger unnoticed"


PARTS = (
    Part("Database", _database, "Check DATABASE_URL and that the server runs.", optional=False),
    Part("Theme", _assets, "make setup", optional=False),
    Part("Mail", _mail, "Set EMAIL_URL.", optional=False),
    Part("Broker", _broker, "Set REDIS_URL."),
    Part("PDF", _pdf, libraries.REMEDY),
    Part("Ledger", _ledger, "Set LEDGER_HEADS_FILE or LEDGER_HEADS_EMAIL."),
    Part("Chromium", _chromium, "sudo apt-get install -y chromium"),
)
