"""A real mail server that keeps what it is given, and says no when told to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.clock import HUNG


class Sink:
    """`mails` in order of arrival, `times` when each was taken; `answer` decides on each recipient: None takes it, a text
    such as "451 later" refuses. It thinks `delay` seconds about each mail, never answers the next `hang` of them, and
    takes the next `mute` of them without ever saying so.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.times: list[float] = []
        self.connections = self.open = self.most_open = 0
        self.delay, self.hang, self.mute = 0.0, 0, 0
        self.answer: Callable[[str], str | None] = lambda recipient: None
        self.grew = threading.Condition()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        refused = self.answer(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.hang:
            self.hang -= 1
            await asyncio.sleep(3600)
        if self.delay:
            await asyncio.sleep(self.delay)
        with self.grew:
            self.times.append(time.time())
            self.mails.append(email.message_from_bytes(envelope.content, EmailMessage, policy=email.policy.default))
            self.recipients.extend(envelope.rcpt_tos)
            self.grew.notify_all()
        if self.mute:
            self.mute -= 1
            await asyncio.sleep(3600)
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def wait_for(self, count: int, seconds: float = HUNG) -> None:
        """Returns once `count` mails have arrived; fails the test after `seconds`."""
        with self.grew:
            assert self.grew.wait_for(lambda: len(self.mails) >= count, seconds), f"{len(self.mails)} of {count} mails arrived"


class Line(SMTP):
    """One connection, counted while it is open."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.event_handler.open += 1
        self.event_handler.most_open = max(self.event_handler.most_open, self.event_handler.open)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open -= 1
        super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return Line(self.handler, **self.SMTP_kwargs)


class MailServer:
    """A sink on a port that stays the same, however often it goes away and comes back."""

    def __init__(self) -> None:
        self.sink = Sink()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> None:
        self.controller = _Controller(self.sink, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()
        self.sink.open = 0


@contextmanager
def listening() -> Iterator[tuple[Sink, int]]:
    """A sink and the port it listens on."""
    server = MailServer()
    server.start()
    try:
        yield server.sink, server.port
    finally:
        server.stop()
