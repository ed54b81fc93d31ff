from argparse import ArgumentParser

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from labportal import doctor
from people.models import RoleGrant


class Command(BaseCommand):
    help = "Say what this installation has and lacks, and how to get it. Exits 1 when something it needs is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--welcome", metavar="ADDRESS", help="the screen that `make run` shows, for a portal at ADDRESS")

    def handle(self, *args: object, welcome: str | None = None, **options: object) -> None:
        if welcome:
            self.greet(welcome)
            return
        lacking = 0
        for part in doctor.PARTS:
            well, state = part.state()
            lacking += not (well or part.optional)
            self.stdout.write(f"{'ok ' if well else '-- '}{part.name:<10} {state}")
            if not well:
                self.stdout.write(f"   {'':<10} → {part.remedy}")
        for message in checks.run_checks(databases=["default"] if doctor.PARTS[0].state()[0] else None):
            lacking += message.is_serious()
            self.stdout.write(f"-- {message}")
        if lacking:
            raise CommandError(f"{lacking} to fix before the portal can serve.")

    def greet(self, address: str) -> None:
        say = self.stdout.write
        say(f"\n  Lab Portal is at  {address}   (Ctrl-C stops it)\n")
        if accounts := demo_accounts():
            say(f"  Sign in with the password  {settings.DEMO_PASSWORD}  as")
            for email, roles in accounts.items():
                say(f"    {email:<24} {', '.join(roles)}")
        else:
            say("  Sign in with an account of your own: .venv/bin/python manage.py createsuperuser")
        say("")
        for part in doctor.PARTS:
            well, state = part.state()
            if part.name in ("Database", "Mail") or not well:
                say(f"  {part.name:<9} {state}{'' if well else f' → {part.remedy}'}")
        say(f"  {'Data':<9} {connection.settings_dict['NAME']}\n")


def demo_accounts() -> dict[str, list[str]]:
    """The demo's accounts that can sign in, with what they may do; empty where the demo was not loaded."""
    grants = RoleGrant.objects.filter(to_at=None, user__is_active=True, user__email__endswith=settings.DEMO_DOMAIN)
    accounts: dict[str, list[str]] = {}
    for grant in grants.select_related("user").order_by("pk"):
        if grant.user.has_usable_password():
            accounts.setdefault(grant.user.email, []).append(str(grant.get_role_display()))
    return accounts
