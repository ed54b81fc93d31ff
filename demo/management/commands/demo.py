"""`manage.py demo`: a lab to try things in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import loading
from demo.accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = (
        "Load the demo: accounts, and twenty teams in every state. Loading it again adds nothing and touches nothing. Only with DEBUG on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=0, metavar="N", help="add N more plausible residencies, each time it is given")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other residencies")

    def handle(self, *args: Any, scale: int, seed: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's password is known to everybody: it is refused unless DEBUG is on.")
        if scale < 0:
            raise CommandError("--scale takes a number of residencies to add.")
        is_new = loading.load()
        self.stdout.write("The demo is loaded." if is_new else "The demo was there already; nothing was changed.")
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
        self.stdout.write("Products are real; people, dates, agreements and decisions are invented.")
