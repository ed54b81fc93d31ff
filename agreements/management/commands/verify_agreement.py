import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sealing.keys import issuers_pem, timestamp_issuers_pem
from sealing.verification.command import EPILOG, add_arguments, pem, report, verdict_on
from sealing.verification.verdict import Kind


class Command(BaseCommand):
    help = f"Checks whether a PDF is an agreement, letter or report as the lab sealed it. Uses no database and no network. {EPILOG}."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **asked: Any) -> None:
        roots = pem(asked["root"]) if asked["root"] else issuers_pem()
        stamps = pem(asked["timestamp_root"]) if asked["timestamp_root"] else timestamp_issuers_pem()
        verdict = verdict_on(asked["file"], roots, stamps, asked["sha256"])
        self.stdout.write(report(verdict, known=asked["sha256"], as_json=asked["json"]))
        sys.exit(verdict.kind.value if verdict else Kind.FOREIGN.value)
