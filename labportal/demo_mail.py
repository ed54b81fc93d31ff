"""The mail that a place for trying things writes to a folder, read back, so that a newcomer can play the recipients."""

from __future__ import annotations

import datetime
import email
import email.policy
import heapq
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.utils import timezone

SHOWN = 100
# Django's folder backend ends each mail with a line of dashes.
END = b"-" * 79


@dataclass(frozen=True)
class Letter:
    """One mail as its recipient would see it."""

    to: str
    subject: str
    text: str
    at: datetime.datetime


def letters(folder: Path, most: int = SHOWN) -> list[Letter]:
    """The newest mails of `folder`, newest first; none when there is no such folder."""
    files = heapq.nlargest(most, folder.glob("*.log"), key=lambda path: (path.stat().st_mtime, path.name))
    all_letters = [_letter(raw, path) for path in files for raw in reversed(path.read_bytes().split(END)) if raw.strip()]
    return sorted(all_letters, key=lambda letter: letter.at, reverse=True)[:most]


def _letter(raw: bytes, path: Path) -> Letter:
    mail = email.message_from_bytes(raw.lstrip(), EmailMessage, policy=email.policy.default)
    body = mail.get_body(("plain",))
    written = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC)
    dated = mail["Date"].datetime if mail["Date"] else written
    return Letter(to=str(mail["To"] or ""), subject=str(mail["Subject"] or ""), text=body.get_content() if body else "", at=_aware(dated))


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)
