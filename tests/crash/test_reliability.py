"""R1 to R6 and R8 of the lab's reliability figures, as processes that are really killed (engineering.md C6).

`make test` runs them small, and then takes figures in seconds without judging them: they would judge the machine. `make crash`
(CRASH_SIZE=full) runs them as the figures were asked for.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from ledger.actions import lab_stream
from outbox.models import Message, State
from tests.crash.plant import Plant, Postgres, Redis, folder, until
from tests.factories import person
from tests.outbox.sink import MailServer, Sink

FULL = os.environ.get("CRASH_SIZE") == "full"
LIMIT = 1_800  # only for what hangs

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(3 * LIMIT)]


def size(small: int, full: int) -> int:
    return full if FULL else small


def of_this_database() -> str:
    database = connection.settings_dict
    return f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(Exception):
            server.stop()


@pytest.fixture
def broker() -> Iterator[Redis]:
    with folder() as place:
        server = Redis(place)
        try:
            yield server
        finally:
            server.process.kill()


@pytest.fixture
def plant(transactional_db, tmp_path, mail) -> Iterator[Plant]:
    """Processes that work on this test's database, without a broker until it is given one."""
    plant = Plant(tmp_path, of_this_database(), "", mail.port)
    try:
        yield plant
    finally:
        plant.stop()


def queue(count: int, addresses: int = 50) -> list[str]:
    """So many messages that are due now; their Message-IDs, in order."""
    people, now, lab = [person() for _ in range(addresses)], timezone.now(), lab_stream()
    rows = [
        Message(
            key=f"crash|{number}", occasion="test", stream=lab, person=people[number % addresses], to_name="Dana Lee",
            to_address=people[number % addresses].email, subject=f"Message {number}", text="Hello.", due_at=now, next_try_at=now,
        )
        for number in range(count)
    ]  # fmt: skip
    return [row.message_id for row in Message.objects.bulk_create(rows)]


def everything_went(plant: Plant, seconds: float = LIMIT) -> None:
    waiting = Message.objects.filter(state__in=[State.QUEUED, State.CLAIMED])
    until(lambda: not waiting.exists(), seconds, f"an empty queue ({plant.logs()[-2000:]})")


def nothing_lost(sink: Sink, wanted: list[str], *, repeats: int) -> Counter[str]:
    """Every message arrived, no more than `repeats` of them twice, none three times, each copy under the same id."""
    copies = Counter(sink.ids)
    assert set(copies) == set(wanted), f"lost {len(set(wanted) - set(copies))}"
    assert sum(copies.values()) - len(wanted) <= repeats
    assert max(copies.values()) <= 2
    until(lambda: Message.objects.filter(state=State.SENT).count() == len(wanted), what="the record of the last")
    return copies


def in_order(sink: Sink) -> None:
    """To one address nothing arrives before what was queued before it; a repeat may come late."""
    last: dict[str, int] = {}
    message_ids: set[str] = set()
    for mail in sink.mails:
        if mail["Message-ID"] not in message_ids:
            number = int(mail["X-Lab-Message"])
            assert number > last.get(mail["To"], 0), f"{mail['To']} got {number} after {last[mail['To']]}"
            last[mail["To"]] = number
            message_ids.add(mail["Message-ID"])


@pytest.mark.thorough
def test_nothing_is_lost_while_workers_the_broker_and_the_mail_server_die(plant, broker, mail):
    """R1: 10,000 due, two workers and beat, 20 × SIGKILL; Redis killed and restarted; the mail server gone for a while."""
    count, kills = size(800, 10_000), size(4, 20)
    plant.environment |= {"REDIS_URL": broker.url, "OUTBOX_LEASE_SECONDS": "9"}
    mail.sink.delay = 0.004
    wanted = queue(count)
    chance = random.Random(11)
    workers = [plant.worker(), plant.worker()]
    plant.beat()
    moments = sorted(chance.sample(range(count // 20, count - count // 10), kills))
    for number, moment in enumerate(moments):
        mail.sink.wait_for(moment, LIMIT)
        workers[chance.randrange(2)].restart()
        if number == kills // 3:
            broker.process.restart()
            broker.wait()
        if number == 2 * kills // 3:
            mail.stop()
            held = len(mail.sink.mails)
            until(lambda: mail_server_was_missed(), what="a worker finding no mail server")
            mail.start()
            assert len(mail.sink.mails) <= held + 2
    everything_went(plant)
    copies = nothing_lost(mail.sink, wanted, repeats=kills + 2)
    assert mail.sink.most_open <= 2
    print(f"R1: {count} due, {kills} kills, lost 0, repeats {sum(copies.values()) - count}")


def mail_server_was_missed() -> bool:
    from outbox.models import Heartbeat

    return Heartbeat.objects.filter(name="mail-server", failures__gt=0).exists()


@pytest.mark.thorough
def test_a_frozen_worker_repeats_one_message_at_most(plant, mail):
    """R2: SIGSTOP past the lease, five times."""
    freezes = size(2, 5)
    plant.environment |= {"OUTBOX_LEASE_SECONDS": "6", "EMAIL_TIMEOUT": "2"}
    mail.sink.delay = 0.01
    wanted = queue(size(1_000, 5_000))
    workers = [plant.loop(), plant.loop()]
    chance = random.Random(3)
    for turn in range(freezes):
        mail.sink.wait_for((turn + 1) * len(wanted) // (freezes + 2), LIMIT)
        frozen = workers[turn % 2]
        held = Message.objects.filter(state=State.CLAIMED, claimed_by__contains=f"-{frozen.process.pid}-")
        until(held.exists, LIMIT, "a claim by the worker to freeze")
        time.sleep(chance.random() / 50)
        frozen.tell(signal.SIGSTOP)
        until(lambda held=held: not held.exists(), what="the other worker taking over")
        frozen.tell(signal.SIGCONT)
    everything_went(plant)
    copies = nothing_lost(mail.sink, wanted, repeats=freezes)
    print(f"R2: {freezes} freezes, lost 0, repeats {sum(copies.values()) - len(wanted)}")


class Visitor:
    """A browser that is asked for pages by a test: keeps its cookies, fills in the form's hidden fields."""

    def __init__(self, address: str) -> None:
        self.host = address.removeprefix("http://")
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address to go on to, text; status 0 when nobody answered."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
        try:
            with contextlib.closing(http.client.HTTPConnection(self.host, timeout=LIMIT)) as line:
                line.request("POST" if form is not None else "GET", path, body, headers)
                answer = line.getresponse()
                for cookie in answer.headers.get_all("Set-Cookie", []):
                    name, _is, value = cookie.split(";")[0].partition("=")
                    self.cookies[name] = value
                return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, "", ""

    def fill_in(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Ask for the page and send its form with `fields`."""
        status, _to, text = self.ask(path)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
        return self.ask(path, hidden | fields) if status == 200 else (status, "", text)


def timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@pytest.mark.thorough
def test_a_dead_broker_slows_no_page_and_work_goes_on_when_it_is_back(plant, broker, mail):
    """R3: Redis killed for 30 s, three times, while pages are used; then what is due leaves within ten seconds.

    Beat comes by once a minute here: it is the workers that look for Redis and for what is due as they find it.
    """
    plant.environment |= {"REDIS_URL": broker.url, "OUTBOX_DELIVER_SECONDS": "60"}
    wanted = queue(1, 1)
    plant.worker(), plant.beat()
    _web, address = plant.web()
    visitor = Visitor(address)
    until(lambda: visitor.ask("/health/ready")[0] == 200, what="the web")
    page = "/accounts/password/reset/"

    def use(number: int) -> None:
        assert visitor.ask(page)[0] == 200
        assert visitor.fill_in(page, email=f"nobody-{number}@example.org")[0] in (200, 302, 429)

    before = [timed(lambda number=number: use(number)) for number in range(size(12, 40))]
    mail.sink.wait_for(1, LIMIT)
    delays = []
    for turn in range(size(1, 3)):
        broker.process.kill()
        gone = time.monotonic()
        during = [timed(lambda number=number: use(100 + number)) for number in range(size(12, 40))]
        while time.monotonic() - gone < size(3, 30):
            use(1000)
        wanted += queue_more(turn)
        broker.process.start()
        broker.wait()
        back = time.time()
        mail.sink.wait_for(len(wanted), LIMIT)
        delays.append(mail.sink.times[-1] - back)
        # The first page that finds it gone waits for it once; then each process counts for itself.
        assert not FULL or p95(during[1:]) < max(2 * p95(before), 0.3)
    nothing_lost(mail.sink, wanted, repeats=0)
    assert not FULL or max(delays) <= 10
    print(f"R3: page p95 {p95(before):.3f} s, without Redis {p95(during):.3f} s; work went on after {max(delays):.1f} s")


def queue_more(turn: int) -> list[str]:
    row = Message.objects.create(
        key=f"more|{turn}", occasion="test", stream=lab_stream(), to_name="", to_address="dana@example.org", subject="More", text="Hello."
    )
    return [row.message_id]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@pytest.mark.thorough
def test_a_mail_server_that_is_gone_then_moody_then_hangs_loses_nothing_and_keeps_the_order(plant, mail):
    """R4: stopped 60 s, then a third of answers 451, then one connection hung; at most two connections."""
    plant.environment |= {"OUTBOX_PAUSES_MINUTES": ",".join(["0.03"] * 40), "OUTBOX_LEASE_SECONDS": "12"}
    wanted = queue(size(300, 3_000), 20)
    mail.stop()
    for _ in range(4):
        plant.loop()
    stopped = time.monotonic()
    until(mail_server_was_missed, what="a worker finding no mail server")
    until(lambda: time.monotonic() - stopped > size(2, 60))
    chance = random.Random(5)
    mail.sink.answer = lambda recipient: "451 later" if chance.random() < 1 / 3 else None
    mail.sink.hang = 1
    mail.start()
    everything_went(plant)
    nothing_lost(mail.sink, wanted, repeats=0)
    in_order(mail.sink)
    assert mail.sink.most_open <= 2
    assert Message.objects.filter(failures__isnull=False).exists()


SIGNERS = """
import json, sys
from tests.agreements import factories as make
version = make.circulated()
told = []
for invitation in make.to_sign(version):
    make.read_all(invitation)
    told.append({"pk": invitation.pk, "token": make.token_for(invitation), "name": invitation.party.person.name})
print("TOLD" + json.dumps(told))
"""


@pytest.mark.thorough
def test_a_database_that_dies_loses_no_message_and_leaves_no_half_act(tmp_path, mail):
    """R5: PostgreSQL killed during delivery and while people sign; readiness red, liveness green, then back alone."""
    with folder() as place:
        database = Postgres(place)
        plant = Plant(tmp_path, database.url, "", mail.port)
        try:
            _while_the_database_dies(database, plant, mail)
        finally:
            plant.stop()
            database.process.kill()


def _while_the_database_dies(database: Postgres, plant: Plant, mail: MailServer) -> None:
    import subprocess
    import sys

    def manage(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=plant.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "-v0")
    signers = json.loads(manage("shell", "-v0", "-c", SIGNERS).split("TOLD")[1])
    count = size(400, 5_000)
    database.ask(
        "INSERT INTO outbox_message (key, occasion, to_name, to_address, subject, text, mint, facts, due_at, made_at, state, attempts,"
        " next_try_at, claimed_by, last_error) SELECT 'crash|' || n, 'test', '', 'a' || n %% 20 || '@example.org', 'Message', 'Hello.', '{}', '{}',"
        " now(), now(), 'queued', 0, now(), '', '' FROM generate_series(1, %s) n; COMMIT",
        count,
    )
    mail.sink.delay = 0.004
    plant.loop(), plant.loop()
    _web, address = plant.web()
    visitor = Visitor(address)
    until(lambda: visitor.ask("/health/ready")[0] == 200, what="the web")
    visitors = []
    for signer in signers:
        signer_visitor = Visitor(address)
        assert signer_visitor.fill_in(f"/a/{signer['token']}")[0] == 302
        visitors.append((signer_visitor, signer))
    chance = random.Random(9)
    for turn in range(size(2, 5)):
        until(lambda turn=turn: len(mail.sink.mails) > (turn + 1) * count // 8, LIMIT, "mail between the crashes")
        hands = [threading.Thread(target=_sign, args=visit) for visit in visitors]
        for hand in hands:
            hand.start()
        time.sleep(chance.random() / 2)  # somewhere between looking at the page and the answer
        database.crash()
        until(lambda: visitor.ask("/health/ready")[0] == 503, what="readiness turning red")
        assert visitor.ask("/health/live")[0] == 200
        for hand in hands:
            hand.join(60)
        database.start()
        until(lambda: visitor.ask("/health/ready")[0] == 200, what="readiness turning green again")
    for signer_visitor, signer in visitors:
        _sign(signer_visitor, signer)
    signed, events = (
        database.ask("SELECT count(*) FROM agreements_signature"),
        database.ask("SELECT count(*), count(DISTINCT facts->>'evidence_sha256') FROM ledger_event WHERE act = 'signed'"),
    )
    assert (signed[0][0], events[0]) == (len(signers), (len(signers), len(signers)))
    assert database.ask("SELECT state FROM agreements_agreementversion") == [("in_force",)]
    waiting = "SELECT count(*) FROM outbox_message WHERE state IN ('queued', 'claimed')"
    until(lambda: database.ask(waiting) == [(0,)], LIMIT, f"an empty queue ({plant.logs()[-2000:]})")
    manage("verify_ledger")
    copies = Counter(mail.sink.ids)
    assert len(copies) == database.ask("SELECT count(*) FROM outbox_message WHERE state = 'sent'")[0][0]
    assert database.ask("SELECT count(*) FROM outbox_message WHERE occasion = 'test' AND state = 'sent'") == [(count,)]
    assert max(copies.values()) <= 1 + size(2, 5)
    print(f"R5: {count} due, lost 0, repeats {sum(copies.values()) - len(copies)}, {len(signers)} signatures, none half")


def _sign(visitor: Visitor, signer: dict[str, str]) -> None:
    visitor.fill_in(f"/sign/{signer['pk']}/sign/", typed_name=signer["name"], intends="on", consents="on")


@pytest.mark.thorough
def test_two_beats_four_sweeps_and_four_workers_repeat_nothing(plant, broker, mail):
    """R6: every reminder once, however many look for it."""
    import datetime

    from people.models import RoleGrant
    from residencies.lifecycle.rules import graduation_due
    from residencies.models import Residency
    from tests.factories import account
    from tests.residencies.rows import many

    for _ in range(3):
        account("lab_ops")
    RoleGrant.objects.update(from_at="2020-01-01T00:00Z")
    today = timezone.localdate()
    count = size(150, 1_500)
    many(count)
    live_on = today - datetime.timedelta(days=190)
    Residency.objects.update(
        state="live", live_on=live_on, graduation_due_on=today - datetime.timedelta(days=7), ended_on=None, end_reason="", owner=None
    )
    assert graduation_due(live_on, 6) < today + datetime.timedelta(days=30)
    plant.environment |= {"REDIS_URL": broker.url, "OUTBOX_SWEEP_SECONDS": "2"}
    workers = [plant.worker() for _ in range(4)]
    plant.beat(), plant.beat()
    sweeps = [plant.start("manage.py", "send_due") for _ in range(4)]
    useful = Message.objects.filter(occasion="graduation-due").exclude(state=State.STALE)
    until(lambda: useful.count() == 3 * count, LIMIT, "every reminder in the queue")
    # Reminders leave at eight in the morning, Pacific; the test may run at night.
    Message.objects.filter(state=State.QUEUED).update(next_try_at=timezone.now())
    everything_went(plant)
    for sweep in sweeps:
        assert sweep.process.wait(LIMIT) == 0
    assert len(workers) == 4
    assert len(mail.sink.ids) == len(set(mail.sink.ids)) == useful.filter(state=State.SENT).count() == 3 * count
    assert mail.sink.most_open <= 2


DUE_AT_ONCE = """
import time
from django.db import transaction
from ledger.actions import lab_stream
from outbox.queue import put
from outbox.catalogue.messages import RenderedMail
from acts.act import SYSTEM
from people.actions import add_person
people = [add_person(name="Dana Lee", email=f"dana-{{number}}@example.org", by=SYSTEM) for number in range(100)]
with transaction.atomic():
    for number in range({count}):
        put("password-link", RenderedMail("Hello", "Hello."), to=people[number % 100], about=lab_stream(), key=str(number))
    committed = time.time()
print("AT", committed)
"""


@pytest.mark.thorough
def test_what_is_due_is_with_the_mail_server_within_seconds(plant, broker, mail):
    """R8: 1,000 due at once, with beat at its own pace; 95 in 100 of the first half within ten seconds."""
    count = size(200, 1_000)
    plant.environment |= {"REDIS_URL": broker.url, "OUTBOX_DELIVER_SECONDS": "10"}
    plant.worker(), plant.worker(), plant.beat()
    first = queue(1, 1)
    mail.sink.wait_for(len(first), LIMIT)
    script = plant.start("manage.py", "shell", "-v0", "-c", DUE_AT_ONCE.format(count=count))
    mail.sink.wait_for(count + 1, LIMIT)
    script.process.wait(LIMIT)
    committed = float(re.search(r"AT ([\d.]+)", plant.logs())[1])
    waits = [at - committed for at in mail.sink.times[1 : count // 2 + 1]]
    assert not FULL or p95(waits) <= 10
    print(f"R8: due → accepted, first half of {count}: p95 {p95(waits):.1f} s, all in {mail.sink.times[-1] - committed:.1f} s")
