"""`manage.py demo`: load the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import loading
from demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Load the demo: accounts, and twenty teams covering every state. Loading it again changes nothing. DEBUG must be on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=0, metavar="N", help="also add N generated residencies; adds N more each time you run it"
        )
        parser.add_argument("--seed", type=int, default=1, help="seed for --scale; a different seed generates different residencies")

    def handle(self, *args: Any, scale: int, seed: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's password is public, so the demo can't be loaded unless DEBUG is on.")
        if scale < 0:
            raise CommandError("--scale must be 0 or more.")
        is_new = loading.load()
        self.stdout.write("The demo is loaded." if is_new else "The demo was already loaded. Nothing was changed.")
        if scale:
            self._scale(scale, seed)
        self._accounts()

    def _scale(self, count: int, seed: int) -> None:
        from demo.scale.generate import add

        self.stdout.write(f"Added {add(count, seed=seed):,} more residencies.")

    def _accounts(self) -> None:
        width = max(len(account.email) for account in ACCOUNTS)
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<{width}}  {account.does}")
        self.stdout.write(f"Password for all of them: {PASSWORD}")
        self.stdout.write("The products are real. People, dates, agreements and decisions are invented.")
