"""The manipulations of the database that the ledger must show (K2), each as what somebody does who owns the tables.

They run on the world of `world()`: residencies with agreements signed, sealed, declined and handed over, a ledger with a
checkpoint, and heads that were exported before. `FINDABLE_BY_NOTHING` says which can't be found, and why.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from agreements.models import AgreementVersion, Clause, Decline, Party, SealedDocument, Signature
from agreements.versions.canonical_text import sha256
from ledger import heads
from ledger.actions import append, lab_stream
from ledger.compare_records import verify_records
from ledger.models import Event, Stream
from ledger.verification import verify
from people.models import RoleGrant
from residencies.models import ConditionFinding, Residency
from teams.models import Seat
from tests.attack.tampering import rewrite, unguarded

Done = Callable[["World"], object]


@dataclass
class World:
    """What there is to attack. `exported` are the heads as they were when everything was in order."""

    sealed: AgreementVersion
    half_signed: AgreementVersion
    draft: Residency
    exported: Path

    @property
    def stream(self) -> Stream:
        return Stream.objects.get(pk=self.sealed.agreement.stream_id)

    @property
    def other(self) -> Stream:
        return Stream.objects.get(pk=self.half_signed.agreement.stream_id)

    def event(self, place: int = 2) -> Event:
        return self.stream.events.order_by("seq")[place]

    @property
    def signature(self) -> Signature:
        return self.half_signed.signatures.order_by("pk")[0]


@dataclass(frozen=True)
class Manipulation:
    number: int
    name: str
    do: Done
    undetectable: str = ""


MANIPULATIONS: list[Manipulation] = []


def manipulation(number: int, name: str, undetectable: str = "") -> Callable[[Done], Done]:
    def keep(do: Done) -> Done:
        MANIPULATIONS.append(Manipulation(number, name, do, undetectable))
        return do

    return keep


def found_by(world: World) -> str:
    """What shows that something was altered, in words; "" when nothing does."""
    if broken := verify().broken:
        return f"verify_ledger: {broken}"
    if mismatch := verify_records().mismatch:
        return f"verify_records: {mismatch}"
    if broken := verify(heads.read(world.exported)).broken:
        return f"verify_ledger --against: {broken}"
    return ""


def change(event: Event, **columns: Any) -> None:
    Event.objects.filter(pk=event.pk).update(**columns)


def change_row(row: Any, **columns: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**columns)


# ── The chain ────────────────────────────────────────────────────────────────────────────────


@manipulation(1, "an event's facts are changed")
def _facts(world: World) -> None:
    change(world.event(), facts={"changed": True})


@manipulation(2, "an event's actor gets another name")
def _actor_name(world: World) -> None:
    change(world.event(), actor_name="Somebody else")


@manipulation(3, "an event gets another account as its actor")
def _actor(world: World) -> None:
    event = world.event()
    other = RoleGrant.objects.exclude(user=event.actor_id).values_list("user", flat=True)[0]
    change(event, actor=other)


@manipulation(4, "an event is dated a day earlier")
def _at(world: World) -> None:
    change(world.event(), at=F("at") - datetime.timedelta(days=1))


@manipulation(5, "an event leads to another state")
def _state(world: World) -> None:
    change(world.event(), to_state="graduated")


@manipulation(6, "a stream's first event is deleted")
def _first(world: World) -> None:
    world.event(0).delete()


@manipulation(7, "an event in the middle is deleted")
def _middle(world: World) -> None:
    world.event(3).delete()


@manipulation(8, "a stream's last event is deleted")
def _last(world: World) -> None:
    world.stream.events.order_by("-seq")[0].delete()


@manipulation(9, "an event with a wrong hash is inserted")
def _inserted(world: World) -> None:
    last = world.stream.events.order_by("-seq")[0]
    Event(stream=world.stream, seq=last.seq + 1, at=timezone.now(), act="forged", actor_name="x", prev_hash=last.hash, hash="f" * 64).save(
        force_insert=True
    )


@manipulation(10, "two events change places")
def _reordered(world: World) -> None:
    left, right = world.event(2), world.event(3)
    change(left, seq=100_000)
    change(right, seq=left.seq)
    change(left, seq=right.seq)


@manipulation(11, "two events change their contents")
def _swapped_contents(world: World) -> None:
    left, right = world.event(2), world.event(3)
    change(left, act=right.act, facts=right.facts)
    change(right, act=left.act, facts=left.facts)


@manipulation(12, "two streams change all their events")
def _swapped_streams_events(world: World) -> None:
    left, right = world.stream, world.other
    Event.objects.filter(stream=left).update(seq=F("seq") + 100_000)
    first = list(Event.objects.filter(stream=left).values_list("pk", flat=True))
    Event.objects.filter(stream=right).update(stream=left)
    Event.objects.filter(pk__in=first).update(stream=right)
    Event.objects.filter(stream=right).update(seq=F("seq") - 100_000)
    _swap_heads(left, right)


def _swap_heads(left: Stream, right: Stream) -> None:
    Stream.objects.filter(pk=left.pk).update(head_seq=right.head_seq, head_hash=right.head_hash)
    Stream.objects.filter(pk=right.pk).update(head_seq=left.head_seq, head_hash=left.head_hash)


@manipulation(13, "the tail is cut off with the head, after a checkpoint recorded it")
def _cut_tail(world: World) -> None:
    _cut(world.stream, 2)


def _cut(stream: Stream, count: int) -> None:
    for event in stream.events.order_by("-seq")[:count]:
        event.delete()
    rewrite(stream)


@manipulation(14, "an event is changed and the rest hashed again; checkpoints are left")
def _rehashed(world: World) -> None:
    change(world.event(), facts={"changed": True})
    rewrite(world.stream)


@manipulation(15, "a stream's head is changed")
def _head(world: World) -> None:
    Stream.objects.filter(pk=world.stream.pk).update(head_hash="a" * 64)


@manipulation(16, "a stream is emptied after a checkpoint recorded it")
def _emptied(world: World) -> None:
    world.stream.events.all()._raw_delete("default")
    rewrite(world.stream)


@manipulation(17, "an event is changed, the rest hashed again and the checkpoints rewritten")
def _rewritten(world: World) -> None:
    change(world.event(), facts={"changed": True})
    rewrite(world.stream)
    _rewrite_checkpoints()


def _rewrite_checkpoints(without_signature: bool = False) -> None:
    """Let every checkpoint name what is there now."""
    now = {stream.pk: stream for stream in Stream.objects.all()}
    for event in Event.objects.filter(act="checkpoint"):
        named = {}
        for key, (seq, _digest, *kind) in event.facts["heads"].items():
            head_event = Event.objects.filter(stream=int(key), seq=seq).first()
            if head_event and int(key) in now:
                named[key] = [seq, head_event.hash, *kind]
        facts = {**event.facts, "heads": named}
        if without_signature:
            facts.pop("signature", None)
        change(event, facts=facts)
    rewrite(lab_stream())


@manipulation(18, "a whole subject is deleted with its stream, and the checkpoints rewritten")
def _deleted_stream(world: World) -> None:
    residency = Residency.objects.get(pk=world.draft.pk)
    stream = Stream.objects.get(pk=residency.stream_id)
    for relation in Residency._meta.related_objects:
        relation.related_model._base_manager.filter(**{relation.field.name: residency})._raw_delete("default")
    Residency._base_manager.filter(pk=residency.pk)._raw_delete("default")
    Event.objects.filter(stream=stream)._raw_delete("default")
    Stream.objects.filter(pk=stream.pk)._raw_delete("default")
    _rewrite_checkpoints(without_signature=True)


@manipulation(19, "all checkpoints are deleted and the lab's stream numbered again")
def _no_checkpoints(world: World) -> None:
    Event.objects.filter(act="checkpoint")._raw_delete("default")
    Stream.objects.update(checkpointed_seq=0)
    rewrite(lab_stream())


@manipulation(
    20,
    "events newer than the last checkpoint and the last export are cut off, with the head and their rows",
    undetectable="nothing outside of the database, and nothing signed in it, knows of them yet: export heads more often",
)
def _cut_newest(world: World) -> None:
    append(world.stream, "noted", by="somebody", facts={"note": "said after the export"})
    _cut(world.stream, 1)


@manipulation(21, "a well hashed event that says somebody signed is added at the end, without a row")
def _forged(world: World) -> None:
    append(world.other, "signed", by="Somebody", facts={"name": "Somebody", "role": "Assistant deputy minister"})


@manipulation(22, "two residencies change their streams")
def _swapped_subjects(world: World) -> None:
    left, right = Residency.objects.get(stream=world.stream), Residency.objects.get(stream=world.other)
    spare = Stream.objects.create(kind="residency")
    change_row(left, stream=spare)
    change_row(right, stream=world.stream)
    change_row(left, stream=world.other)
    spare.delete()


@manipulation(23, "a stream is made one of another kind")
def _kind(world: World) -> None:
    Stream.objects.filter(pk=world.stream.pk).update(kind="partnership")


# ── Rows beside the chain ────────────────────────────────────────────────────────────────────


@manipulation(24, "a finding on a condition is changed")
def _finding(world: World) -> None:
    change_row(ConditionFinding.objects.all()[0], reason="It was never met.")


@manipulation(25, "an applicant is made lab leadership")
def _role(world: World) -> None:
    applicant = RoleGrant.objects.filter(role="product_owner")[0].user_id
    RoleGrant._base_manager.bulk_create([RoleGrant(user_id=applicant, role="lab_lead")])


@manipulation(26, "a seat's share of time is changed")
def _share(world: World) -> None:
    change_row(Seat.objects.all()[0], share=1)


@manipulation(27, "a seat is deleted")
def _seat(world: World) -> None:
    Seat._base_manager.all()._raw_delete("default")


@manipulation(28, "the canonical bytes of a version are changed")
def _canonical(world: World) -> None:
    version = AgreementVersion.objects.get(pk=world.half_signed.pk)
    change_row(version, canonical=bytes(version.canonical).replace(b"agreement", b"agreememt", 2))


@manipulation(29, "a clause's text is changed")
def _clause(world: World) -> None:
    change_row(Clause.objects.filter(version=world.half_signed)[0], text="Other words.")


@manipulation(30, "the evidence of a signature is changed, its hash is left")
def _evidence(world: World) -> None:
    change_row(world.signature, evidence=_forged_name(world.signature))


def _forged_name(signature: Signature) -> bytes:
    return bytes(signature.evidence).replace(signature.typed_name.encode(), b"Mallory Forge")


@manipulation(31, "the evidence of a signature and its hash are changed together")
def _evidence_and_hash(world: World) -> None:
    forged = _forged_name(world.signature)
    change_row(world.signature, evidence=forged, evidence_sha256=sha256(forged))


@manipulation(32, "the name that was typed is changed")
def _typed_name(world: World) -> None:
    change_row(world.signature, typed_name="Mallory Forge")


@manipulation(33, "a signature is dated a day earlier")
def _signed_at(world: World) -> None:
    change_row(world.signature, signed_at=F("signed_at") - datetime.timedelta(days=1))


@manipulation(34, "a signature is deleted")
def _signature(world: World) -> None:
    Signature._base_manager.filter(pk=world.signature.pk)._raw_delete("default")


@manipulation(35, "from where a signature was given is changed")
def _annex(world: World) -> None:
    change_row(world.signature, annex=b"evidence-annex/1\n{}")


@manipulation(36, "the hash of a sealed document is changed")
def _sealed(world: World) -> None:
    change_row(SealedDocument.objects.all()[0], sha256="b" * 64)


@manipulation(37, "a decline is deleted")
def _decline(world: World) -> None:
    Decline._base_manager.all()._raw_delete("default")


@manipulation(38, "another person is put in a party's place")
def _party(world: World) -> None:
    left, right = Party.objects.filter(agreement=world.half_signed.agreement).order_by("pk")[:2]
    change_row(left, person=right.person_id)


@manipulation(
    39,
    "leadership is granted with its row and its event, both well hashed, after the last export",
    undetectable="whoever may write events and rows writes what the portal writes: the next export holds it. Keep the tables' owner apart",
)
def _forged_with_row(world: World) -> None:
    grant = RoleGrant.objects.create(user=RoleGrant.objects.filter(role="product_owner")[0].user, role="lab_lead")
    append(lab_stream(), "roles-set", by="system", facts={"user": grant.user_id, "from": [], "to": ["lab_lead"]})


def do(world: World, manipulation: Manipulation) -> None:
    """Carry it out with the triggers off."""
    with unguarded():
        manipulation.do(world)
