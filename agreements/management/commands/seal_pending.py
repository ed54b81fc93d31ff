from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from agreements.models import Seal
from agreements.sealing.pipeline import SEALS as AGREEMENTS
from oversight.documents.pipeline import SEALS as DOCUMENTS
from oversight.models import DocumentSeal


class Command(BaseCommand):
    help = (
        "Seal every agreement in force and every document that is waiting for its seal, without waiting for its next try. "
        "Safe to run at any time, even while a worker is running. Exits with 1 if any are still waiting, and says why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=10_000, help="Seal at most this many agreements, and as many documents.")

    def handle(self, *args: object, most: int, **options: object) -> None:
        sealed = sum(queue.seal_due(most=most, without_pause=True) for queue in (AGREEMENTS, DOCUMENTS))
        self.stdout.write(f"{sealed} sealed.")
        waiting = [
            *Seal.objects.exclude(state=Seal.State.DONE).select_related("version__agreement"),
            *DocumentSeal.objects.exclude(state=DocumentSeal.State.DONE).select_related("document"),
        ]
        for seal in waiting:
            self.stdout.write(f"{seal}, since {seal.wanted_at:%Y-%m-%d %H:%M} UTC, attempts: {seal.attempts}. {seal.last_error}".strip())
        if waiting:
            raise CommandError(f"{len(waiting)} still waiting.")
