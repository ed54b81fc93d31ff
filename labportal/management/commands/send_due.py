import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from labportal.housekeeping import keep_house
from outbox.delivery import deliver_due

log = structlog.get_logger(__name__)

PERIOD_SECONDS = 2
HOUSEKEEPING_SECONDS = 3600


class Command(BaseCommand):
    help = (
        "Send what is due: once, or with --loop every two seconds until told to stop. "
        "The loop also keeps house each hour, so that no broker is needed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="Go on until SIGTERM or SIGINT.")

    def handle(self, *args: object, loop: bool = False, **options: object) -> None:
        if not loop:
            self.stdout.write(f"{deliver_due()} sent.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop)


def run(stop: threading.Event) -> None:
    """Deliver every two seconds and keep house every hour until `stop` is set; outlives a database that is away."""
    tidy_at = time.monotonic()
    while not stop.is_set():
        close_old_connections()
        _try(deliver_due)
        if time.monotonic() >= tidy_at:
            _try(keep_house)
            tidy_at = time.monotonic() + HOUSEKEEPING_SECONDS
        stop.wait(PERIOD_SECONDS)


def _try(task: Callable[[], object]) -> None:
    try:
        task()
    except Exception as error:  # the next round may find the database back; ending the loop would end all mail
        log.error("round_failed", task=task.__name__, error=type(error).__name__, exc_info=True)
