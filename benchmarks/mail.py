"""Measures reminders and delivery against their baselines, in one run: `make bench-mail`.

The sweep (R9) is compared with the same INSERT … SELECT in plain SQL, and if nothing is due, with SELECT count(*) on
the same predicate. Delivery (claim, fence, send and record) is compared, in messages a second, with plain smtplib that
writes and sends the same messages on one connection. Reminders, which are rendered when they are sent, are shown too.
The variants take turns, and the median is reported.
"""

from __future__ import annotations

import argparse
import datetime
import multiprocessing
import smtplib
import socket
import statistics
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from benchmarks.pages import where, write_between
from dates.moments import DUE_AT, moment_of
from ledger.actions import lab_stream
from ledger.models import Stream
from outbox.delivery.html import as_html
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from outbox.reminders.due import insert_due
from people.actions import create_account
from people.models import Person, User
from residencies.models import Ministry, ProgramArea, Residency
from residencies.reminders import GRADUATION

MOST_DUE, MOST_IDLE, LEAST_RATE = 5, 10, 0.5
REMINDERS_LEAVE = "delivery of reminders, rendered when sent"
TODAY, QUIET = datetime.date(2026, 11, 20), datetime.date(2026, 11, 21)
DUE_LIVE, OTHER_LIVE = datetime.date(2026, 6, 30), datetime.date(2026, 3, 15)
DUE_ON, OTHER_DUE = datetime.date(2026, 12, 20), datetime.date(2027, 2, 3)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def fill(residencies: int, due: int) -> None:
    """Create live residencies, each owned by one of the accounts; `due` of them are a month from graduation."""
    if Residency.objects.exists():
        return
    admin = User.objects.create_superuser("bench-admin@example.org", name="Administrator")
    managers = [create_account(email=f"bench-{n}@example.org", name=f"Manager {n}", roles=["lab_ops"], by=admin) for n in range(50)]
    ministry = Ministry.objects.create(name="Bench")
    areas = ProgramArea.objects.bulk_create((ProgramArea(ministry=ministry, name=f"Area {n}") for n in range(residencies)), batch_size=5000)
    streams = Stream.objects.bulk_create((Stream(kind="residency") for _ in range(residencies)), batch_size=5000)
    Residency.objects.bulk_create(
        (
            Residency(
                reference=f"B-{n}", stream=streams[n], program_area=areas[n], product=f"Product {n}", problem="Slow.", state="live",
                owner=managers[n % 50], live_on=DUE_LIVE if n < due else OTHER_LIVE,
                graduation_due_on=DUE_ON if n < due else OTHER_DUE + datetime.timedelta(days=n % 14),
            )
            for n in range(residencies)
        ),
        batch_size=5000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


PLAIN = """INSERT INTO outbox_message (key, occasion, stream_id, person_id, to_name, to_address, facts, due_on, due_at, next_try_at, useful_until,
  state, subject, text, mint, made_at, attempts, claimed_by, last_error)
SELECT 'graduation-due|' || p.id || '|residency:' || r.id || ':2026-11-20', 'graduation-due', r.stream_id, p.id, p.name, p.email, '{}', '2026-11-20',
  now(), now(), now(), 'queued', 'Graduation is due', '', '{}', now(), 0, '', ''
FROM residencies_residency r JOIN people_person p ON p.user_id = r.owner_id
WHERE r.state = 'live' AND r.graduation_due_on = '2026-12-20' ON CONFLICT (key) DO NOTHING"""
COUNT = "SELECT count(*) FROM residencies_residency r WHERE r.state = 'live' AND r.graduation_due_on IS NOT NULL"


def run_sql(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0]) if cursor.description else int(cursor.rowcount)


def once_and_back(act: Callable[[], int], wanted: int) -> float:
    """Time `act`, which inserts rows, and roll it back so that each turn starts from the same state."""

    class Back(Exception):
        pass

    seconds = 0.0
    try:
        with transaction.atomic():
            began = time.perf_counter()
            count = act()
            seconds = time.perf_counter() - began
            assert count == wanted, (count, wanted)
            raise Back
    except Back:
        return seconds


def sweep(rounds: int, due: int) -> tuple[dict[str, float], list[str]]:
    """Measure the sweep; returns medians in milliseconds, and the targets missed."""
    now = timezone.now()
    ways: dict[str, Callable[[], float]] = {
        "sweep, some due": lambda: once_and_back(lambda: insert_due(GRADUATION, TODAY, TODAY, now), due),
        "the same INSERT … SELECT in plain SQL": lambda: once_and_back(lambda: run_sql(PLAIN), due),
        "sweep, nothing due": lambda: timed(lambda: insert_due(GRADUATION, QUIET, QUIET, now)),
        "SELECT count(*) on the same predicate": lambda: timed(lambda: run_sql(COUNT)),
    }  # fmt: skip
    took = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            seconds = way()
            if turn:
                took[name].append(seconds * 1000)
    medians = {name: statistics.median(values) for name, values in took.items()}
    some, plain, idle, count = medians.values()
    faults = [f"the sweep takes {some / plain:.1f} times as long as plain SQL, more than {MOST_DUE}"] if some > MOST_DUE * plain else []
    faults += (
        [f"with nothing due it takes {idle / count:.1f} times as long as the count, more than {MOST_IDLE}"]
        if idle > MOST_IDLE * count
        else []
    )
    return medians, faults


def sink(port: int, ready: multiprocessing.Event) -> None:
    """Run a mail server in a separate process, like a real one."""
    import asyncio

    from aiosmtpd.controller import Controller

    class Taker:
        async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]
            return "250 OK"

    Controller(Taker(), hostname="127.0.0.1", port=port).start()
    ready.set()
    asyncio.run(asyncio.sleep(3600))


def queue(count: int) -> None:
    Message.objects.all().delete()
    people, lab, now = list(Person.objects.all()[:50]), lab_stream(), timezone.now()
    Message.objects.bulk_create(
        Message(
            key=f"bench|{n}", occasion="bench", stream=lab, person=people[n % 50], to_name=people[n % 50].name, to_address=people[n % 50].email,
            subject=f"Message {n}", text="Hello,\n\n" + "this is a mail of a usual length.\n" * 12, due_at=now, next_try_at=now,
        )
        for n in range(count)
    )  # fmt: skip


def queue_reminders(count: int) -> int:
    """Queue up to `count` of today's reminders as the sweep does, to be rendered when they are sent; returns how many."""
    Message.objects.all().delete()
    insert_due(GRADUATION, TODAY, TODAY, timezone.now())
    Message.objects.exclude(pk__in=list(Message.objects.order_by("pk").values_list("pk", flat=True)[:count])).delete()
    return Message.objects.count()


def bare(mails: list[Message], html: str, port: int) -> None:
    """Do what a script would do: write each message with the standard library, as text and prepared HTML, and send it on one
    connection. Nothing is recorded."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        for message in mails:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "Exchange Lab <lab@example.test>", message.to_address, message.subject
            mail["Date"], mail["Message-ID"], mail["Auto-Submitted"] = formatdate(), message.message_id, "auto-generated"
            mail.set_content(message.text)
            mail.add_alternative(html, subtype="html")
            server.send_message(mail)


def delivery(count: int, rounds: int) -> tuple[dict[str, float], list[str]]:
    """Measure delivery; returns messages a second, and the targets missed."""
    from django.conf import settings

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=sink, args=(port, ready), daemon=True)
    server.start()
    assert ready.wait(30)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", port, False, False
    rates: dict[str, list[float]] = {"delivery, one worker": [], "plain smtplib, one connection": [], REMINDERS_LEAVE: []}
    try:
        for _turn in range(rounds):
            queue(count)
            mails = list(Message.objects.order_by("pk"))
            html = as_html(mails[0].subject, mails[0].text)
            began = time.perf_counter()
            assert deliver_due() == count
            rates["delivery, one worker"].append(count / (time.perf_counter() - began))
            rates["plain smtplib, one connection"].append(count / timed(lambda: bare(mails, html, port)))  # noqa: B023 - called at once
            with time_machine.travel(moment_of(TODAY, DUE_AT) + datetime.timedelta(hours=1)):
                reminders = queue_reminders(count)
                began = time.perf_counter()
                assert deliver_due() == reminders
                rates[REMINDERS_LEAVE].append(reminders / (time.perf_counter() - began))
    finally:
        server.terminate()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ours, floor = list(medians.values())[:2]
    return medians, [f"delivery is {ours / floor:.0%} of plain smtplib, less than half"] if ours < LEAST_RATE * floor else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residencies", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=5_000)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", type=Path, help="put the tables into this file, between its markers")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    print(f"{options.residencies:,} residencies: filled in {timed(lambda: fill(options.residencies, options.due)):.0f} s", file=sys.stderr)
    swept, slow = sweep(options.rounds, options.due)
    sent, few = delivery(options.messages, options.rounds)
    report = f"{where()}; {options.residencies:,} live residencies, {options.due:,} due; {options.messages:,} messages; median of {options.rounds} rounds.\n\n"
    some, plain, idle, count = swept.values()
    against = dict(zip(swept, (f"{some / plain:.1f}", "1", f"{idle / count:.1f}", "1"), strict=True))
    report += "| sweep | ms | × its baseline |\n|---|---:|---:|\n"
    report += "\n".join(f"| {name} | {value:.1f} | {against[name]} |" for name, value in swept.items())
    floor = sent["plain smtplib, one connection"]
    report += "\n\n| delivery | messages a second | of plain smtplib |\n|---|---:|---:|\n"
    report += "\n".join(f"| {name} | {value:.0f} | {value / floor:.0%} |" for name, value in sent.items())
    print(report)
    if options.write:
        write_between(options.write, "mail", report)
    faults = [*slow, *few]
    print("\n".join(["", *faults] if faults else ["", "All targets are met."]))
    return 1 if faults else 0
