"""Workers that seal are killed with -9 where it hurts most, and the next one goes on (R11, signing.md 4.7)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.clock import HUNG
from tests.migrated import copied_to

pytestmark = pytest.mark.crash
ROOT = Path(settings.BASE_DIR)

# What each worker runs: `seal_due` with one function made deadly.
DEADLY = """
import os, signal
from agreements.sealing import pipeline
{import_}

whole = {place}
def dies(*args, **kwargs):
    {body}
{place} = dies
pipeline.seal_due()
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
PLACES = {
    "in the middle of printing": ("import weasyprint.document", "weasyprint.document.Document.write_pdf", KILL),
    "after printing": ("from sealing import rendering", "rendering.render", f"whole(*args, **kwargs); {KILL}"),
    "in the middle of sealing": ("import pyhanko.sign.signers.pdf_cms as p", "p.SimpleSigner.async_sign_raw", KILL),
    "between the file and the row": ("from sealing import files", "files.keep", f"whole(*args, **kwargs); {KILL}"),
    "between the row and the mail": ("from agreements.sealing import mail", "mail.send", KILL),
}
PREPARE = """
from tests.agreements.factories import in_force
version = in_force()
"""
TELL = """
import json
from agreements.models import Seal, SealedDocument
from sealing import files, keys, pades
from outbox.models import Message
document = SealedDocument.objects.get()
print(json.dumps({
    "documents": SealedDocument.objects.count(), "state": Seal.objects.get().state,
    "faults": pades.faults_of(files.sealed_bytes(document), keys.roots()),
    "same": document.unsealed_sha256 == Seal.objects.get().unsealed_sha256,
    "mails": Message.objects.filter(occasion="agreement-copy").count(),
    "parties": document.version.agreement.parties.filter(to_at=None).count(),
    "files": len(list(files._all())),
}))
"""


class Place:
    """A portal of its own in a folder, with an agreement in force that waits for its seal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
        self.environment = kept | {
            "DEBUG": "1", "VAR_DIR": str(folder), "EMAIL_URL": "memorymail://", "LOG_LEVEL": "ERROR", "INSTALL_STANDARD_TEMPLATE": "0",
        }  # fmt: skip

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=HUNG,
            check=False,
        )

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        return self.manage("shell", "-v0", "-c", code)

    def sql(self, statement: str) -> list[tuple]:
        with sqlite3.connect(self.folder / "lab-portal.sqlite3", timeout=20) as database:
            return database.execute(statement).fetchall()


@pytest.fixture(scope="module")
def waiting(tmp_path_factory) -> Path:
    """A folder in which an agreement waits for its seal, made once."""
    place = Place(tmp_path_factory.mktemp("waiting"))
    if not copied_to(place.folder / "lab-portal.sqlite3"):
        done = place.manage("migrate", "-v0")
        assert done.returncode == 0, done.stderr
    done = place.run(PREPARE)
    assert done.returncode == 0, done.stderr
    place.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert place.sql("SELECT state FROM agreements_seal") == [("wanted",)]
    return place.folder


@pytest.fixture
def place(tmp_path, waiting) -> Place:
    shutil.copytree(waiting, tmp_path / "data")
    return Place(tmp_path / "data")


OFTEN = {"between the file and the row"}


@pytest.mark.parametrize("where", [where if where in OFTEN else pytest.param(where, marks=pytest.mark.thorough) for where in PLACES])
def test_a_worker_killed_with_9_leaves_what_the_next_one_finishes(where, place):
    """R11: sealed once, the same print on record, one mail each; the file that the dead one left is not the one on record."""
    import_, target, body = PLACES[where]
    killed = place.run(DEADLY.format(import_=import_, place=target, body=body))
    assert killed.returncode == -signal.SIGKILL, (killed.stderr, place.sql("SELECT state, attempts, last_error FROM agreements_seal"))
    assert place.sql("SELECT count(*) FROM agreements_sealeddocument") == [(0,)]
    assert place.sql("SELECT count(*) FROM outbox_message WHERE occasion = 'agreement-copy'") == [(0,)]
    printed = place.sql("SELECT unsealed_sha256 FROM agreements_seal")[0][0]
    assert bool(printed) == (where not in ("in the middle of printing", "after printing"))
    [(lasts,)] = place.sql("SELECT (julianday(claimed_until) - julianday(last_try_at)) * 86400 FROM agreements_seal")
    assert lasts < 75, "K16: another one takes over within about a minute"
    place.sql("UPDATE agreements_seal SET claimed_until = datetime('now', '+1 hour')")
    early = place.manage("seal_pending")
    assert "0 sealed." in early.stdout, "the dead worker's lease has not ended yet"
    place.sql("UPDATE agreements_seal SET claimed_until = datetime('now', '-1 minute')")
    done = place.manage("seal_pending")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(place.run(TELL).stdout)
    orphans = 1 if where in ("between the file and the row", "between the row and the mail") else 0
    assert report == {
        "documents": 1, "state": "done", "faults": [], "same": True, "mails": report["parties"], "parties": report["parties"],
        "files": 1 + orphans,
    }  # fmt: skip
    assert not printed or place.sql("SELECT unsealed_sha256 FROM agreements_sealeddocument") == [(printed,)]
    assert "0 sealed." in place.manage("seal_pending").stdout
