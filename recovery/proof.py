"""Proving that a restored portal is whole: counts, migrations, ledger, records, seals and files (OP-06).

It runs in a process of its own, whose database and files are the restored ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import models

from ledger import heads
from ledger.compare_records import verify_records
from ledger.verification import verify
from outbox.delivery import health
from outbox.models import Message
from recovery import engines
from recovery.manifest import HEADS, Manifest
from sealing.keys import issuers_pem, timestamp_issuers_pem
from sealing.models import SealedRecord
from sealing.verification import check
from sealing.verification.seal import Trust
from sealing.verification.verdict import Kind

SOUND = (Kind.GENUINE, Kind.UNPROVEN)  # unproven: what is missing here is a root or a time stamp's issuer, not the seal


@dataclass
class Proof:
    """What was looked at, and every fault; whole if there is none."""

    rows: int = 0
    events: int = 0
    records: int = 0
    seals: int = 0
    files: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def counts(self) -> str:
        return (
            f"rows {self.rows:,}, events {self.events:,}, records {self.records:,}, seals {self.seals:,}, files {self.files:,}, "
            f"messages held {self.waiting:,}"
        )

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> Self:
        return cls(**json.loads(text))


def prove(folder: Path) -> Proof:
    """Hold mail, compare the database with the manifest of the backup in `folder`, migrate it, and verify everything in it.

    Raises `NotABackup`.
    """
    manifest = Manifest.read(folder)
    tables = engines.counts()
    proof = Proof(rows=sum(tables.values()), faults=list(manifest.miscounts(tables)))
    health.hold()
    call_command("migrate", interactive=False, verbosity=0)
    proof.faults += _ledger_faults(folder, proof)
    proof.faults += _seal_faults(proof)
    proof.faults += _file_faults(proof)
    proof.waiting = Message.objects.leaving().count()
    return proof


def _ledger_faults(folder: Path, proof: Proof) -> Iterator[str]:
    exported = heads.read(folder / HEADS)
    if exported.fault:
        yield f"{HEADS}: {exported.fault}."
    verdict = verify(exported)
    proof.events = verdict.events
    if verdict.broken:
        yield f"The ledger is broken: {verdict.broken}."
    comparison = verify_records()
    proof.records = comparison.rows
    if comparison.mismatch:
        yield f"A record doesn't match the ledger: {comparison.mismatch}."


def sealed_records() -> Iterator[SealedRecord]:
    """Yield the record of every sealed file, of every app."""
    for model in apps.get_models():
        if issubclass(model, SealedRecord):
            yield from model._default_manager.order_by("pk").iterator()


def _seal_faults(proof: Proof) -> Iterator[str]:
    trust = Trust.of_pem(issuers_pem(), timestamp_issuers_pem())
    for record in sealed_records():
        proof.seals += 1
        data = _stored(record.file)
        if data is None:
            yield f"{record.file} is missing: {record}."
        elif hashlib.sha256(data).hexdigest() != record.sha256:
            yield f"{record.file} isn't the file that was sealed: {record}."
        elif (verdict := check(data, trust, record.sha256)).kind not in SOUND:
            yield f"The seal of {record.file} doesn't hold ({verdict.kind.word}): {record}."


def _stored(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _file_faults(proof: Proof) -> Iterator[str]:
    for model, field_name in _file_fields():
        names = model._default_manager.exclude(**{field_name: ""}).order_by("pk").values_list(field_name, flat=True)
        for name in names.iterator():
            proof.files += 1
            if not default_storage.exists(name):
                yield f"{name} is missing. {model._meta.verbose_name} refers to it."


def _file_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        yield from ((model, each.name) for each in model._meta.get_fields() if isinstance(each, models.FileField))
