"""A real mail server that keeps what it is given, and says no when told to."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`mails` in order of arrival; `answer` decides on each recipient: None takes it, a text such as "451 later" refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0
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
        with self.grew:
            self.mails.append(email.message_from_bytes(envelope.content, EmailMessage, policy=email.policy.default))
            self.recipients.extend(envelope.rcpt_tos)
            self.grew.notify_all()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def wait_for(self, count: int, seconds: float = 60) -> None:
        """Returns once `count` mails have arrived; fails the test after `seconds`."""
        with self.grew:
            assert self.grew.wait_for(lambda: len(self.mails) >= count, seconds), f"{len(self.mails)} of {count} mails arrived"


@contextmanager
def listening() -> Iterator[tuple[Sink, int]]:
    """A sink and the port it listens on."""
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
