"""`manage.py doctor`: shows what this installation has and what is missing. To add a part, add a row to PARTS."""

import shutil
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from ledger import signing
from people.models import RoleGrant
from sealing import libraries


@dataclass(frozen=True)
class Part:
    """A part of the installation. `state` returns whether it is fine and a few words about it; `remedy` is how to fix it.

    The portal runs without an optional part, but something won't work.
    """

    name: str
    state: Callable[[], tuple[bool, str]]
    remedy: str
    optional: bool = True


def _assets() -> tuple[bool, str]:
    is_present = (settings.BASE_DIR / "node_modules" / "@bcgov" / "bootstrap-v5-theme").is_dir() or (
        settings.STATIC_ROOT / "bcgov"
    ).is_dir()
    return is_present, "theme and font are installed" if is_present else "theme and font are missing, so pages look unstyled"


def _database() -> tuple[bool, str]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return False, str(error).splitlines()[0]
    return True, f"{connection.vendor} {'.'.join(str(part) for part in connection.get_database_version())}"


def _mail() -> tuple[bool, str]:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return True, f"written to {settings.EMAIL_FILE_PATH} and shown on the Messages page; nothing leaves this machine"
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and settings.EMAIL_URL:
        return True, f"sent through {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return bool(settings.EMAIL_URL), f"sent with {settings.EMAIL_BACKEND}" if settings.EMAIL_URL else "not configured"


def _broker() -> tuple[bool, str]:
    if settings.REDIS_URL:
        return True, f"Redis at {urlsplit(settings.REDIS_URL).hostname}"
    return True, "none needed; `manage.py send_due --loop` sends email"


def _chromium() -> tuple[bool, str]:
    is_present = any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return is_present or not settings.DEBUG, "found" if is_present else "missing, so browser tests can't run"


def _pdf() -> tuple[bool, str]:
    if lacking := libraries.missing():
        return False, f"missing: {', '.join(lacking)}; PDFs and their seals have to wait, but everything else works"
    if lacking := libraries.missing_for_smaller_files():
        return False, f"missing: {', '.join(lacking)}; PDFs work, but the files are larger"
    return True, "libraries are installed"


def _ledger() -> tuple[bool, str]:
    signed = "checkpoints are signed" if signing.signer().may_sign() else "checkpoints aren't signed here, because there is no key"
    places = [place for place in (settings.LEDGER_HEADS_FILE, settings.LEDGER_HEADS_EMAIL) if place]
    if places:
        return True, f"{signed}; heads are exported daily to {' and '.join(places)}"
    return settings.DEBUG, f"{signed}; heads aren't exported, so anyone who can write to the database could rewrite the ledger undetected"


PARTS = (
    Part("Database", _database, "Check DATABASE_URL, and that the server is running.", optional=False),
    Part("Theme", _assets, "make setup", optional=False),
    Part("Mail", _mail, "Set EMAIL_URL.", optional=False),
    Part("Broker", _broker, "Set REDIS_URL."),
    Part("PDF", _pdf, libraries.REMEDY),
    Part("Ledger", _ledger, "Set LEDGER_HEADS_FILE or LEDGER_HEADS_EMAIL."),
    Part("Chromium", _chromium, "sudo apt-get install -y chromium"),
)


class Command(BaseCommand):
    help = "Check this installation and show how to fix what is missing. Exits with 1 if something required is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--welcome", metavar="ADDRESS", help="show the welcome screen of `make run`, for a portal at ADDRESS")

    def handle(self, *args: object, welcome: str | None = None, **options: object) -> None:
        if welcome:
            self.greet(welcome)
            return
        lacking = 0
        for part in PARTS:
            well, state = part.state()
            lacking += not (well or part.optional)
            self.stdout.write(f"{'ok ' if well else '-- '}{part.name:<10} {state}")
            if not well:
                self.stdout.write(f"   {'':<10} → {part.remedy}")
        for message in checks.run_checks(databases=["default"] if PARTS[0].state()[0] else None):
            lacking += message.is_serious()
            self.stdout.write(f"-- {message}")
        if lacking:
            raise CommandError(f"{lacking} to fix before the portal can run.")

    def greet(self, address: str) -> None:
        say = self.stdout.write
        say(f"\n  Lab Portal is running at  {address}   (press Ctrl-C to stop)\n")
        if accounts := demo_accounts():
            say(f"  Sign in with the password  {settings.DEMO_PASSWORD}  as:")
            for email, roles in accounts.items():
                say(f"    {email:<24} {', '.join(roles)}")
        else:
            say("  To create an account: .venv/bin/python manage.py createsuperuser")
        say("")
        for part in PARTS:
            well, state = part.state()
            if part.name in ("Database", "Mail") or not well:
                say(f"  {part.name:<9} {state}{'' if well else f' → {part.remedy}'}")
        say(f"  {'Data':<9} {connection.settings_dict['NAME']}\n")


def demo_accounts() -> dict[str, list[str]]:
    """Return the demo accounts that can sign in, with their roles; empty if the demo isn't loaded."""
    grants = RoleGrant.objects.filter(to_at=None, user__is_active=True, user__email__endswith=settings.DEMO_DOMAIN)
    accounts: dict[str, list[str]] = {}
    for grant in grants.select_related("user").order_by("pk"):
        if grant.user.has_usable_password():
            accounts.setdefault(grant.user.email, []).append(str(grant.get_role_display()))
    return accounts
