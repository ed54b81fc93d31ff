"""Verifying that the ledger hasn't been altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from ledger import signing
from ledger.heads import Exported
from ledger.models import GENESIS, Event, Stream

CHECKPOINT = "a checkpoint recorded"


@dataclass(frozen=True)
class BrokenLink:
    """A place where a stream's chain is broken, and why."""

    stream: int
    seq: int
    reason: str

    def __str__(self) -> str:
        return f"stream {self.stream}, event {self.seq}: {self.reason}"


@dataclass
class Verdict:
    """Counts of what was checked; `broken` is None if nothing is. `signed` counts checkpoints that the lab's key signed."""

    streams: int = 0
    events: int = 0
    checkpoints: int = 0
    signed: int = 0
    broken: BrokenLink | None = None


@dataclass
class _RecordedHeads:
    """What another source records about streams: event hashes by stream and number, and each stream's kind."""

    what: str
    heads: dict[int, dict[int, str]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)

    def add(self, stream: int, seq: int, digest: str, kind: str = "") -> None:
        self.heads.setdefault(stream, {})[seq] = digest
        if kind:
            self.kinds[stream] = kind

    def contradicts(self, event: Event) -> bool:
        rest = self.heads.get(event.stream_id)
        return rest is not None and rest.pop(event.seq, event.hash) != event.hash

    def beyond(self, stream: int, seq: int) -> Iterator[BrokenLink]:
        cut = [missing for missing in self.heads.pop(stream, {}) if missing > seq]
        if cut:
            yield BrokenLink(stream, min(cut), f"{self.what} this event, but it is gone")

    def left(self) -> Iterator[BrokenLink]:
        yield from (BrokenLink(pk, min(rest), f"{self.what} this event, but it is gone") for pk, rest in self.heads.items() if rest)


def verify(against: Exported | None = None) -> Verdict:
    """Check every chain, every stream's head and every checkpoint, and compare them with `against`, heads that were exported (EL-07).

    Reads events once, in order, and holds one stream in memory at a time, plus one hash per stream that a
    checkpoint or the export names.
    """
    verdict = Verdict()
    verdict.broken = next(_broken(verdict, against), None)
    return verdict


def _broken(verdict: Verdict, against: Exported | None) -> Iterator[BrokenLink]:
    streams = {pk: (seq, digest, kind) for pk, seq, digest, kind in Stream.objects.values_list("pk", "head_seq", "head_hash", "kind")}
    verdict.streams = len(streams)
    checkpoints = _RecordedHeads(CHECKPOINT)
    yield from _checkpoints(verdict, checkpoints)
    recorded = [checkpoints]
    if against:
        recorded.append(_exported(against))
        yield from _against(against, streams)
    for each in recorded:
        changed = (pk for pk, kind in each.kinds.items() if pk in streams and streams[pk][2] != kind)
        yield from (BrokenLink(pk, 0, f"{each.what} another kind for this stream") for pk in changed)
    yield from _broken_links(verdict, Event.objects.all(), {pk: head[:2] for pk, head in streams.items()}, recorded, against)


def verify_stream(stream: Stream) -> BrokenLink | None:
    """Return the first place where one stream's chain is broken or differs from a checkpoint, before anything is sealed or handed out."""
    stream = Stream.objects.get(pk=stream.pk)
    recorded = _RecordedHeads(CHECKPOINT)

    def broken() -> Iterator[BrokenLink]:
        yield from _checkpoints(Verdict(), recorded)
        others = [pk for pk in recorded.heads if pk != stream.pk]
        for pk in others:
            del recorded.heads[pk]
        head = {stream.pk: (stream.head_seq, stream.head_hash)}
        yield from _broken_links(Verdict(), Event.objects.filter(stream=stream), head, [recorded], None)

    return next(broken(), None)


def _checkpoints(verdict: Verdict, recorded: _RecordedHeads) -> Iterator[BrokenLink]:
    """Collect what checkpoints name. All must be signed from the first signed one on, and so must the newest if there is a key."""
    newest: Event | None = None
    for event in Event.objects.filter(act="checkpoint", stream__kind="lab").order_by("seq").iterator(chunk_size=200):
        verdict.checkpoints += 1
        for pk, (seq, digest, *kind) in event.facts["heads"].items():
            recorded.add(int(pk), seq, digest, *kind)
        signature = event.facts.get("signature")
        if signature:
            verdict.signed += 1
            if fault := signing.signer().fault(_signed_bytes(event), signature):
                yield BrokenLink(event.stream_id, event.seq, f"the checkpoint's signature isn't the lab's: {fault}")
        # Without the key, someone could append unsigned checkpoints: so from the first signed one on, all must be signed.
        elif verdict.signed:
            yield BrokenLink(event.stream_id, event.seq, "an unsigned checkpoint follows a signed one")
        newest = event
    if newest and "signature" not in newest.facts and signing.signer().may_sign() and not _from_before(newest):
        reason = "the newest checkpoint isn't signed, but the portal has a key. If the key is new, run export_heads first"
        yield BrokenLink(newest.stream_id, newest.seq, reason)


def _signed_bytes(event: Event) -> bytes:
    return signing.checkpoint_bytes(event.stream_id, event.seq, event.prev_hash, event.facts["heads"])


def _from_before(checkpoint: Event) -> bool:
    """Return whether a checkpoint is from before the release that signs them: rows were adopted after it."""
    return Event.objects.filter(stream=checkpoint.stream_id, act="records-adopted", seq__gt=checkpoint.seq).exists()


def _exported(against: Exported) -> _RecordedHeads:
    recorded = _RecordedHeads("the exported heads name")
    for head in against.heads:
        recorded.add(head.stream, head.seq, head.hash, head.kind)
        if not head.seq:
            recorded.heads.pop(head.stream)  # a stream without events yet
    return recorded


def _against(against: Exported, streams: dict[int, tuple[int, str, str]]) -> Iterator[BrokenLink]:
    """Yield exported subjects that are gone, or whose stream now belongs to another subject."""
    if against.fault:
        yield BrokenLink(0, 0, against.fault)
    for head in against.heads:
        if head.stream not in streams:
            yield BrokenLink(
                head.stream, head.seq, f"the exported heads name this stream, of {head.reference or head.kind}, but it is gone"
            )
    references = against.references_now()
    for head in against.heads:
        now = references.get(head.stream, "")
        if head.reference and now != head.reference:
            yield BrokenLink(
                head.stream, head.seq, f"it was the stream of {head.reference} when heads were exported, now of {now or 'none'}"
            )


def _broken_links(
    verdict: Verdict, events: QuerySet[Event], heads: dict[int, tuple[int, str]], recorded: list[_RecordedHeads], against: Exported | None
) -> Iterator[BrokenLink]:
    current, seq, digest = None, 0, GENESIS
    # By stream and number, not by key: events of many streams alternate, and each chain is checked in one go.
    for event in events.order_by("stream_id", "seq").iterator(chunk_size=2000):
        if event.stream_id != current:
            if current is not None:
                yield from _end_of_stream(current, seq, digest, heads, recorded)
            current, seq, digest = event.stream_id, 0, GENESIS
        verdict.events += 1
        seq += 1
        # Stop at a gap: every later event would be reported because of the missing one.
        if event.seq != seq:
            yield BrokenLink(event.stream_id, seq, "this event is missing")
            return
        if event.prev_hash != digest:
            yield BrokenLink(event.stream_id, seq, "it doesn't follow the event before it")
        if event.computed_hash() != event.hash:
            yield BrokenLink(event.stream_id, seq, "its content was altered")
        digest = event.hash
        for each in recorded:
            if each.contradicts(event):
                yield BrokenLink(event.stream_id, seq, f"{each.what} another event in its place")
        if against and against.predates(event):
            yield BrokenLink(event.stream_id, seq, "it is dated before the heads were exported, but isn't in them")
    if current is not None:
        yield from _end_of_stream(current, seq, digest, heads, recorded)
    # Streams whose events are all gone don't come up above.
    for pk in list(heads):
        yield from _end_of_stream(pk, 0, GENESIS, heads, recorded)
    for each in recorded:
        yield from each.left()


def _end_of_stream(
    stream: int, seq: int, digest: str, heads: dict[int, tuple[int, str]], recorded: list[_RecordedHeads]
) -> Iterator[BrokenLink]:
    head_seq, head_hash = heads.pop(stream, (0, ""))
    if seq < head_seq:
        yield BrokenLink(stream, seq + 1, "the tail of the stream was cut off")
    elif (seq, digest) != (head_seq, head_hash):
        yield BrokenLink(stream, seq, "the stream's head names another event")
    for each in recorded:
        yield from each.beyond(stream, seq)
