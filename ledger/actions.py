"""Writing to the ledger. Every event is written here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of
from acts.revisions import Revised, Stale
from findings import refuse
from ledger import records, signing, subjects
from ledger.canonical import plain
from ledger.models import Event, Stream

CHECKPOINT_SIZE = 500


def append(
    stream: Stream,
    act: str,
    *,
    by: object,
    facts: Mapping[str, Any] | None = None,
    from_state: str = "",
    to_state: str = "",
    at: datetime.datetime | None = None,
) -> Event:
    """Record one act at the end of `stream`'s chain (EL-07).

    Must run in the transaction of the act it records, so that both are saved or neither is. `by` is an
    actor (acts/act.py), a person who signs by link, or a name such as "system". The stream's row is locked until the
    transaction ends; acts on different subjects never wait for each other. The event contains the hashes of this
    subject's evidence rows that were written earlier in the transaction (ledger/records.py). Raises `Refused` (`ended`)
    if the subject has ended, unless the act is declared `ledger.subjects.after_end`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A ledger event must be written in the transaction of its act.")
    # The last lock of an act, after its subject's and its rows': taken earlier, it could deadlock with them.
    # It is read again here, because `stream` may be older than an event that was written since.
    head = Stream.objects.select_for_update().get(pk=stream.pk)
    subjects.refuse_after_end(head, act, facts)
    # Everything that belongs in this event is written by now: what an act writes after its last event is in no event.
    hashes, note_named = records.take(head)
    event = Event(
        stream=head,
        seq=head.head_seq + 1,
        at=at or timezone.now(),
        act=act,
        actor=account_of(by),
        actor_name=str(by)[:200],
        from_state=from_state,
        to_state=to_state,
        facts=plain({**(facts or {}), **({records.KEY: hashes} if hashes else {})}),
        prev_hash=head.head_hash,
    )
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    # Only once the event is saved: if saving fails, no event names the rows, and the next one has to.
    note_named()
    head.head_seq, head.head_hash = event.seq, event.hash
    head.save(update_fields=["head_seq", "head_hash"])
    # Update the caller's object too, in case the head is read from it later.
    stream.head_seq, stream.head_hash = head.head_seq, head.head_hash
    return event


def lab_stream() -> Stream:
    """Return the lab's own stream, created on first use, for reference data, roles, templates and checkpoints."""
    try:
        with transaction.atomic():
            return Stream.objects.get_or_create(kind="lab")[0]
    except IntegrityError:
        return Stream.objects.get(kind="lab")


@transaction.atomic
def checkpoint() -> int:
    """Write the head of every stream that grew since the last checkpoint into the lab's stream, signed with the lab's key (EL-07).

    If someone cuts off the end of a chain together with its head, the checkpoint still shows it, and no one can replace the
    checkpoint without the key. It also names each stream's kind. Returns how many streams were recorded. Without a key the
    checkpoint is unsigned, and `verify_ledger` says so.
    """
    # The lab's stream first and alone, then the others ordered by key, so that two simultaneous checkpoints don't deadlock.
    lab = Stream.objects.select_for_update().get(pk=lab_stream().pk)
    grown = list(Stream.objects.select_for_update().exclude(pk=lab.pk).exclude(head_seq=F("checkpointed_seq")).order_by("pk"))
    for start in range(0, len(grown), CHECKPOINT_SIZE):
        batch = grown[start : start + CHECKPOINT_SIZE]
        heads = {str(s.pk): [s.head_seq, s.head_hash, s.kind] for s in batch}
        signature = signing.signer().sign(signing.checkpoint_bytes(lab.pk, lab.head_seq + 1, lab.head_hash, heads))
        append(lab, "checkpoint", by="system", facts={"heads": heads, **({"signature": signature} if signature else {})})
        # After the event, in its transaction: if the checkpoint fails, these heads must not count as recorded.
        for stream in batch:
            stream.checkpointed_seq = stream.head_seq
        Stream.objects.bulk_update(batch, ["checkpointed_seq"])
    return len(grown)


Record = TypeVar("Record", bound=Revised)


@transaction.atomic
def revise(
    record: Record,
    *,
    shown_revision: int,
    changes: Mapping[str, Any],
    act: str,
    by: Actor,
    stream: Stream,
    facts: Mapping[str, Any] | None = None,
) -> Record:
    """Write `changes` to `record` if it is still at revision `shown_revision`, and record what changed from what.

    `facts` go into the ledger with the changes. Returns the current row; an edit that changes nothing writes nothing. Raises `Stale` if
    someone else saved first; nothing has changed then.
    """
    manager = type(record)._default_manager
    # Compared and written under one lock: two who were shown the same revision must not both find it unchanged.
    current = manager.select_for_update().get(pk=record.pk)
    differing = {name: (getattr(current, name), value) for name, value in changes.items() if getattr(current, name) != value}
    if current.revision != shown_revision:
        raise Stale(current, differing)
    if not differing:
        return current
    for name, value in changes.items():
        setattr(current, name, value)
    current.revision += 1
    # Not the constraints: checking them here costs queries, and between two simultaneous edits the database decides anyway (acts/constraints.py).
    current.full_clean(validate_unique=False, validate_constraints=False)
    current.save(update_fields=[*changes, "revision"])
    changed = {name: {"from": _display(old), "to": _display(new)} for name, (old, new) in differing.items()}
    append(stream, act, by=by, facts={"record": current._meta.label_lower, "id": current.pk, "changes": changed, **(facts or {})})
    return current


def cancel(
    current: Record, *, reason: str, act: str, by: Actor, stream: Stream, facts: Mapping[str, Any], place: str, remedy: str = ""
) -> Record:
    """Mark an entry as added by mistake: it no longer counts but stays on record. The caller holds its lock. Raises `Refused` (`no-reason`)."""
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), remedy or _("Say why you’re removing the entry."), place)
    current.struck_at = timezone.now()  # type: ignore[attr-defined]  # every entry that can be cancelled has one
    current.revision += 1
    current.save(update_fields=["struck_at", "revision"])
    append(stream, act, by=by, facts={**facts, "reason": reason.strip()})
    return current


def _display(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
