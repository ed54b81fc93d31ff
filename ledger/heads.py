"""The heads of all streams as a file that leaves the machine: what is exported can't be altered here any more (EL-07).

A file of lines in JSON: what it is and when, one line for each stream, and at the end the SHA-256 of the lines before
with the lab's signature. The lab's own line alone holds most of it, for its chain has the checkpoints of all others.
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
# An act that had begun when heads were exported may be dated a little before and committed after.
LATE_COMERS = datetime.timedelta(minutes=10)


class NotHeads(Exception):
    """The file isn't an export of heads; the sentence says why."""


@dataclass(frozen=True)
class Head:
    """Where one stream stood."""

    stream: int
    kind: str
    reference: str
    seq: int
    hash: str

    def line(self) -> str:
        return json.dumps(vars(self), sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Exported:
    """What a file of heads says. `fault` is why it isn't to be believed, "" when nothing speaks against it."""

    at: datetime.datetime
    heads: tuple[Head, ...]
    fault: str = ""
    signed: bool = False

    @cached_property
    def by_stream(self) -> dict[int, Head]:
        return {head.stream: head for head in self.heads}

    def predates(self, event: Event) -> bool:
        """Whether an event claims to be from before the export, which does not know it. Said of streams that were exported alone."""
        head = self.by_stream.get(event.stream_id)
        return head is not None and event.seq > head.seq and event.at < self.at - LATE_COMERS

    def references_now(self) -> dict[int, str]:
        return {head.stream: head.reference for head in _heads() if head.stream in self.by_stream}


@transaction.atomic
def export(only_lab: bool = False) -> Iterator[str]:
    """The lines of an export, after a checkpoint. `only_lab`: the lab's own head alone and unsigned, short enough for a mail."""
    # In one transaction with what follows, so that the lab's head that is exported names all the others that are.
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
    except (KeyError, AttributeError):  # the lab itself, or a stream whose subject is gone
        return ""


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the file whole or not at all; another name each day keeps the older ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, for a rename is whole only within one file system.
    descriptor, half_made = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            # Before the rename: a machine that loses power must not be left with the name of a file that is empty.
            os.fsync(file.fileno())
        os.replace(half_made, path)
    except BaseException:
        os.unlink(half_made)
        raise


def read(path: Path) -> Exported:
    """What a file of heads says. Raises `NotHeads`."""
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
