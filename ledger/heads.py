"""Exporting the heads of all streams to a file for another machine, so that exported history can't be altered unnoticed (EL-07).

The file has JSON lines: the format and time, one line per stream, and at the end the SHA-256 of the lines before it with the
lab's signature. The lab's own line proves most of it, because the lab's chain has the checkpoints of all the others.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import signing, subjects
from ledger.actions import checkpoint, lab_stream
from ledger.models import Event, Stream

FORMAT = "ledger-heads/1"
# An act that was running when heads were exported may be dated a little earlier and committed later.
LATE_COMERS = datetime.timedelta(minutes=10)


class NotHeads(Exception):
    """Raised if a file isn't an export of heads; the message says why."""


@dataclass(frozen=True)
class Head:
    """One stream's head at the time of the export."""

    stream: int
    kind: str
    reference: str
    seq: int
    hash: str

    def line(self) -> str:
        return json.dumps(vars(self), sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Exported:
    """The contents of a file of heads. `fault` says why it can't be trusted, "" if nothing is wrong with it."""

    at: datetime.datetime
    heads: tuple[Head, ...]
    fault: str = ""
    signed: bool = False

    @cached_property
    def by_stream(self) -> dict[int, Head]:
        return {head.stream: head for head in self.heads}

    def predates(self, event: Event) -> bool:
        """Return whether an event is dated before the export but isn't in it; only for streams that were exported."""
        head = self.by_stream.get(event.stream_id)
        return head is not None and event.seq > head.seq and event.at < self.at - LATE_COMERS

    def references_now(self) -> dict[int, str]:
        return {head.stream: head.reference for head in _heads() if head.stream in self.by_stream}


@transaction.atomic
def export(only_lab: bool = False) -> Iterator[str]:
    """Return the lines of an export, after a checkpoint. With `only_lab`, only the lab's own head, unsigned, short enough for an email."""
    # In the same transaction as what follows, so that the exported lab head covers all the other exported heads.
    checkpoint()
    at = timezone.now().isoformat()
    lines = [json.dumps({"format": FORMAT, "at": at})]
    lab = lab_stream().pk
    lines += [head.line() for head in _heads() if not only_lab or head.stream == lab]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    signature = None if only_lab else signing.signer().sign(signing.heads_bytes(at, digest))
    return iter([*lines, json.dumps({"sha256": digest, "signature": signature})])


def _heads() -> Iterator[Head]:
    owners = [kind.related_name for kind in subjects.kinds()]
    for stream in Stream.objects.select_related(*owners).order_by("pk").iterator(chunk_size=2000):
        yield Head(stream.pk, stream.kind, _reference(stream), stream.head_seq, stream.head_hash)


def _reference(stream: Stream) -> str:
    try:
        return str(getattr(subjects.subject_of(stream), "reference", ""))
    except (KeyError, AttributeError):  # the lab's stream, or a stream whose subject is gone
        return ""


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the complete file or nothing; use a new name each day to keep the older files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, because a rename is atomic only within one file system.
    descriptor, half_made = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            # Before the rename, so that a power cut can't leave an empty file under the name.
            os.fsync(file.fileno())
        os.replace(half_made, path)
    except BaseException:
        os.unlink(half_made)
        raise


def read(path: Path) -> Exported:
    """Read a file of heads. Raises `NotHeads`."""
    try:
        first, *lines, last = path.read_text(encoding="utf-8").splitlines()
        about, end = json.loads(first), json.loads(last)
        if about.get("format") != FORMAT:
            raise NotHeads(f"{path} isn't a file of exported heads.")
        heads = tuple(Head(**json.loads(line)) for line in lines)
        at = datetime.datetime.fromisoformat(about["at"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotHeads(f"{path} can't be read as a file of exported heads: {error}") from error
    digest = hashlib.sha256("".join(f"{line}\n" for line in (first, *lines)).encode()).hexdigest()
    return Exported(at, heads, _fault(about["at"], digest, end), bool(end.get("signature")))


def _fault(at: str, digest: str, end: dict[str, Any]) -> str:
    if end.get("sha256") != digest:
        return "the file of heads was altered after it was exported"
    if end.get("signature") and (fault := signing.signer().fault(signing.heads_bytes(at, digest), end["signature"])):
        return f"the signature of the exported heads isn't the lab's: {fault}"
    return ""
