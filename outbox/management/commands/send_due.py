import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from outbox.delivery import deliver_due

PERIOD_SECONDS = 2


class Command(BaseCommand):
    help = "Send what is due: once, or with --loop every two seconds until told to stop (no broker needed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true")

    def handle(self, *args: object, loop: bool = False, **options: object) -> None:
        if not loop:
            self.stdout.write(f"{deliver_due()} sent.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            deliver_due()
            stop.wait(PERIOD_SECONDS)
