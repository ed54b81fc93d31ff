"""Proving that nobody altered what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.models import GENESIS, Event, Stream


@dataclass(frozen=True)
class BrokenLink:
    """The first place where a stream's chain does not hold, and why."""

    stream: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"stream {self.stream}, event {self.seq}: {self.reason}"


@dataclass
class Verdict:
    """What was checked; `broken` is None when everything held."""

    streams: int = 0
    events: int = 0
    checkpoints: int = 0
    broken: BrokenLink | None = None


def verify() -> Verdict:
    """Check every chain, every stream's head and every checkpoint, streaming (EL-07).

    Reads events once in order and holds one stream in memory at a time, plus one hash per stream that a
    checkpoint names.
    """
    verdict = Verdict()
    noted = _checkpointed_heads(verdict)
    heads = {pk: (seq, digest) for pk, seq, digest in Stream.objects.values_list("pk", "head_seq", "head_hash")}
    verdict.streams = len(heads)
    verdict.broken = next(_broken_links(verdict, heads, noted), None)
    return verdict


def _checkpointed_heads(verdict: Verdict) -> dict[int, dict[int, str]]:
    noted: dict[int, dict[int, str]] = {}
    for facts in Event.objects.filter(act="checkpoint", stream__kind="lab").values_list("facts", flat=True).iterator(chunk_size=200):
        verdict.checkpoints += 1
        for pk, (seq, digest) in facts["heads"].items():
            noted.setdefault(int(pk), {})[seq] = digest
    return noted


def _broken_links(verdict: Verdict, heads: dict[int, tuple[int, str]], noted: dict[int, dict[int, str]]) -> Iterator[BrokenLink]:
    current, seq, digest = None, 0, GENESIS
    for event in Event.objects.order_by("stream_id", "seq").iterator(chunk_size=2000):
        if event.stream_id != current:
            if current is not None:
                yield from _end_of_stream(current, seq, digest, heads, noted)
            current, seq, digest = event.stream_id, 0, GENESIS
        verdict.events += 1
        seq += 1
        if event.seq != seq:
            yield BrokenLink(event.stream_id, seq, "this event is missing")
            return
        if event.prev_hash != digest:
            yield BrokenLink(event.stream_id, seq, "it does not follow the event before it")
        if event.computed_hash() != event.hash:
            yield BrokenLink(event.stream_id, seq, "its content was altered")
        digest = event.hash
        if noted.get(event.stream_id, {}).pop(seq, digest) != digest:
            yield BrokenLink(event.stream_id, seq, "it is not the event that a checkpoint recorded")
    if current is not None:
        yield from _end_of_stream(current, seq, digest, heads, noted)
    for pk in list(heads):
        yield from _end_of_stream(pk, 0, GENESIS, heads, noted)
    for pk, rest in noted.items():
        if rest:
            yield BrokenLink(pk, min(rest), "a checkpoint recorded this event and it is gone")


def _end_of_stream(
    stream: int, seq: int, digest: str, heads: dict[int, tuple[int, str]], noted: dict[int, dict[int, str]]
) -> Iterator[BrokenLink]:
    head_seq, head_hash = heads.pop(stream, (0, ""))
    if seq < head_seq:
        yield BrokenLink(stream, seq + 1, "the tail of the stream was cut off")
    elif (seq, digest) != (head_seq, head_hash):
        yield BrokenLink(stream, seq, "the stream's head names another event")
    cut = [missing for missing in noted.get(stream, {}) if missing > seq]
    if cut:
        yield BrokenLink(stream, min(cut), "a checkpoint recorded this event and it is gone")
