import datetime
import itertools
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from agreements.sealing.pipeline import seal_due
from labportal.tasks import check_outside_links, keep_house
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due, deliver_stretch
from outbox.pages.forecast import grouped, messages_on
from oversight.documents.pipeline import seal_documents_due

log = structlog.get_logger(__name__)

PERIOD_SECONDS = 2
PIECE = 500
HOUSEKEEPING_SECONDS = 3600


class Timer:
    """A task that runs at once and then at an interval; if it fails, it runs again at its next turn."""

    def __init__(self, task: Callable[[], object], seconds: float) -> None:
        self.task, self.seconds, self.at = task, seconds, time.monotonic()

    def turn(self) -> None:
        if time.monotonic() >= self.at:
            _try(self.task)
            self.at = time.monotonic() + self.seconds


class Command(BaseCommand):
    help = (
        "Queue reminders that are due and send messages that are due: once, or with --loop every two seconds until "
        "stopped. The loop also seals agreements and does the hourly housekeeping, so that no broker is needed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="Keep running until SIGTERM or SIGINT.")
        parser.add_argument(
            "--dry-run", action="store_true", help="List what would be sent, and to whom, without writing or sending anything."
        )
        parser.add_argument(
            "--on",
            metavar="DAY",
            help="With --dry-run: what would be sent on a later day, such as 2027-03-03, if nothing changes until then.",
        )

    def handle(self, *args: object, loop: bool = False, dry_run: bool = False, on: str | None = None, **options: object) -> None:
        if dry_run and not loop:
            self.tell(_day(on))
            return
        if dry_run or on:
            raise CommandError("--on needs --dry-run, and --dry-run can't be combined with --loop.")
        if not loop:
            queued_count = sweep()
            self.stdout.write(f"{queued_count} reminders queued, {deliver_due()} messages sent.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(stop)

    def tell(self, day: datetime.date) -> None:
        """Print a line for each message, with its recipient and subject."""
        count = 0
        for start in itertools.count(0, PIECE):
            piece = messages_on(day, start=start, most=PIECE)
            for shown in grouped(piece):
                for recipient in shown.people:
                    self.stdout.write(f"{recipient.to_name} <{recipient.to_address}> · {shown.subject}")
            count += len(piece)
            if len(piece) < PIECE:
                break
        self.stdout.write(f"{count} messages on {day}. Nothing was sent.")


def _day(text: str | None) -> datetime.date:
    today = timezone.localdate()
    try:
        day = datetime.date.fromisoformat(text) if text else today
    except ValueError as error:
        raise CommandError(f"“{text}” isn't a valid date. Use YYYY-MM-DD, for example 2027-03-03.") from error
    if day < today:
        raise CommandError(f"{day} is in the past. The Messages page shows what was sent.")
    return day


def run(stop: threading.Event) -> None:
    """Deliver and seal every two seconds, sweep every minute, do the housekeeping and check links every hour until `stop` is set; survives a database outage."""
    timers = (
        Timer(sweep, settings.OUTBOX_SWEEP_SECONDS),
        Timer(deliver_stretch, 0),
        Timer(seal_due, 0),
        Timer(seal_documents_due, 0),
        Timer(keep_house, HOUSEKEEPING_SECONDS),
        Timer(check_outside_links, HOUSEKEEPING_SECONDS),
    )
    while not stop.is_set():
        close_old_connections()
        for timer in timers:
            timer.turn()
        stop.wait(PERIOD_SECONDS)


def _try(task: Callable[[], object]) -> None:
    try:
        task()
    except Exception as error:  # the database may be back in the next round; ending the loop would stop all email
        log.error("round_failed", task=task.__name__, error=type(error).__name__, exc_info=True)
