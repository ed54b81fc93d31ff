"""Restoring a backup, or rehearsing it beside the portal: either way it is proven before anyone relies on it (OP-06)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from outbox.models import Heartbeat
from recovery import engines
from recovery.backup import key_fingerprints
from recovery.manifest import DATABASE, FILES, Manifest
from recovery.proof import Proof

PROVEN, FAULTY = "restore-proven", "restore-faulty"
FRESH_DAYS = 7
MOST = 500


class NotEmpty(Exception):
    """Raised if what is restored would overwrite something; the message says what."""


class ProofFailed(Exception):
    """Raised if the restored portal couldn't be examined at all; the message has what was said."""


@dataclass(frozen=True)
class Outcome:
    """What came of restoring a backup. `other_keys` names keys that differ from those of the backup."""

    manifest: Manifest
    proof: Proof
    seconds: float
    other_keys: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.proof.faults

    @property
    def summary(self) -> str:
        return f"The backup of {self.manifest.made_at[:16]} was restored in {self.seconds:.0f} s: {self.proof.counts}"


def rehearse(folder: Path) -> Outcome:
    """Restore the backup in `folder` into a database of its own, prove it, remove it, and record the outcome.

    The portal goes on meanwhile, and no mail leaves. Raises `NotABackup`, `EngineFailed` and `ProofFailed`.
    """
    began = time.monotonic()
    with engines.scratch() as name:
        outcome = _outcome(folder, began, lambda: _loaded_and_proven(folder, name, folder / FILES))
    _record(outcome)
    return outcome


def restore(folder: Path) -> Outcome:
    """Restore the backup in `folder` into this portal's database and file storage, which must be empty, and prove it.

    Mail is held until `manage.py resume_mail`. Raises `NotEmpty`, `NotABackup`, `EngineFailed` and `ProofFailed`.
    """
    began = time.monotonic()
    Manifest.read(folder)
    media = Path(settings.MEDIA_ROOT)
    if connection.introspection.table_names():
        raise NotEmpty("The database isn't empty. Create an empty one, and set DATABASE_URL to it.")
    if media.is_dir() and any(media.iterdir()):
        raise NotEmpty(f"{media} isn't empty. Move its contents away, or set MEDIA_ROOT to an empty folder.")
    connection.close()

    def put_back() -> Proof:
        shutil.copytree(folder / FILES, media, dirs_exist_ok=True)
        return _loaded_and_proven(folder, str(connection.settings_dict["NAME"]), media)

    outcome = _outcome(folder, began, put_back)
    if outcome.proof.rows:  # otherwise nothing was restored that could hold a record
        _record(outcome)
    return outcome


def _outcome(folder: Path, began: float, put_back: Callable[[], Proof]) -> Outcome:
    manifest = Manifest.read(folder)
    damage = list(manifest.damage(folder))
    proof = Proof(faults=damage) if damage else put_back()
    fingerprints = key_fingerprints()
    others = tuple(name for name, digest in manifest.keys.items() if fingerprints.get(name) != digest)
    return Outcome(manifest, proof, time.monotonic() - began, others)


def _loaded_and_proven(folder: Path, name: str, files: Path) -> Proof:
    engines.load(folder / DATABASE, name)
    environment = {
        **os.environ,
        "DATABASE_URL": engines.address(name),
        "MEDIA_ROOT": str(files),
        "OUTBOX_SUSPENDED": "1",
    }
    command = [sys.executable, "manage.py", "prove_restored", str(folder)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - this program
    if done.returncode:
        raise ProofFailed(done.stderr.strip()[-2000:])
    return Proof.of_json(done.stdout.strip().splitlines()[-1])


# ── What was proven last ─────────────────────────────────────────────────────────────────────


@transaction.atomic
def _record(outcome: Outcome) -> None:
    """Keep when a restore was last proven, and since then what went wrong."""
    now = timezone.now()
    if outcome.is_whole:
        Heartbeat.objects.update_or_create(name=PROVEN, defaults={"at": now, "reason": outcome.summary[:MOST]})
        Heartbeat.objects.filter(name=FAULTY).delete()
    else:
        reason = " ".join(outcome.proof.faults)[:MOST]
        Heartbeat.objects.update_or_create(name=FAULTY, defaults={"at": now, "reason": reason, "failures": len(outcome.proof.faults)})


def last_proven() -> Heartbeat | None:
    return Heartbeat.objects.filter(name=PROVEN).first()


def last_fault() -> Heartbeat | None:
    """Return the rehearsal that failed since the last one that passed; None if none did."""
    return Heartbeat.objects.filter(name=FAULTY).first()
