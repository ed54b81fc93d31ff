"""Backups that are proven: restored, counted, verified, and every fault named (OP-06)."""

import contextlib
import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import heads
from ledger.adoption import adopt_all
from ledger.models import Event
from outbox.delivery import health
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from oversight.documents import pipeline
from oversight.models import Document
from recovery import engines, restore
from recovery.backup import key_fingerprints
from recovery.manifest import DATABASE, HEADS, Manifest, NotABackup, sha256_of
from sealing.keys import development_file, issuers_pem
from tests.agreements.factories import scan
from tests.attack.tampering import unguarded
from tests.oversight.documents import issued
from tests.residencies.rows import residency

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sealing")]


@pytest.fixture
def roots(monkeypatch, tmp_path):
    """The process that proves trusts the key that seals here."""
    development_file()
    file = tmp_path / "roots.pem"
    file.write_bytes(issuers_pem())
    monkeypatch.setenv("SEAL_ROOTS", str(file))


@pytest.fixture
def portal(roots):
    """A portal with a sealed document, all on record; returns the document."""
    document = issued(residency("in_residence"))
    assert pipeline.seal_documents_due() == 1
    adopt_all()
    return Document.objects.with_progress().get(pk=document.pk)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backup"


def run(*arguments):
    """What a command prints, and whether it found nothing wrong."""
    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command(*map(str, arguments), stdout=printed, stderr=errors)
        return printed.getvalue(), True
    return errors.getvalue(), False


def database_names():
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'lab_portal_restore_%'")
        return cursor.fetchall()


def test_a_rehearsal_restores_everything_beside_the_portal_and_proves_it(portal, folder):
    """OP-06: chain, records and seals are verified, no mail leaves, and how long it took is shown and kept."""
    waiting = Message.objects.count()
    advice, _whole = run("backup", folder)
    assert f"manage.py restore {folder} --rehearse" in advice
    events = Event.objects.count()
    output, whole = run("restore", folder, "--rehearse")
    assert whole
    assert f"events {events:,}, " in output
    assert "seals 1, " in output
    assert restore.last_proven().reason.startswith("The backup of ")
    assert (Message.objects.count(), Event.objects.count()) == (waiting, events)
    assert not health.is_suspended()
    assert database_names() == []


def test_every_fault_that_was_backed_up_is_named(portal, folder):
    """OP-06: an altered event, a sealed file that isn't the one sealed, and a row that was removed."""
    event = Event.objects.filter(act="document-issued").get()
    with unguarded():
        Event.objects.filter(pk=event.pk).update(facts={"altered": True})
    path = default_storage.path(portal.sealed_file.file)
    os.chmod(path, 0o600)
    with open(path, "ab") as file:
        file.write(b"\n")
    run("backup", folder)
    output, whole = run("restore", folder, "--rehearse")
    assert not whole
    assert f"The ledger is broken: stream {event.stream_id}, event {event.seq}" in output
    assert f"{portal.sealed_file.file} isn't the file that was sealed" in output
    fault = restore.last_fault()
    assert fault.failures >= 2


def test_a_backup_that_lost_rows_or_files_is_refused_with_their_names(portal, folder):
    """OP-06: what the manifest counts must be there."""
    run("backup", folder)
    manifest = Manifest.read(folder)
    fewer = {**manifest.tables, "ledger_event": manifest.tables["ledger_event"] + 1}
    os.unlink(folder / "files" / portal.sealed_file.file)
    files = {name: digest for name, digest in manifest.files.items() if not name.endswith(portal.sealed_file.file)}
    Manifest(**{**vars(manifest), "tables": fewer, "files": files}).write(folder)
    output, _whole = run("restore", folder, "--rehearse")
    assert "The table ledger_event has" in output
    assert f"{portal.sealed_file.file} is missing" in output


def test_an_uploaded_file_that_is_gone_is_reported(roots, folder):
    """OP-06: also one that was never sealed."""
    paper = scan()
    adopt_all()
    os.unlink(default_storage.path(paper.file.name))
    run("backup", folder)
    output, whole = run("restore", folder, "--rehearse")
    assert not whole
    assert output.strip() == f"FAULT: {paper.file.name} is missing. agreement signed on paper refers to it."


def test_an_event_that_the_exported_heads_name_and_the_dump_lacks_is_reported(portal, folder):
    """OP-06: the heads are exported before the dump, so whatever they name must be in it."""
    run("backup", folder)
    issued(portal.subject)
    adopt_all()
    heads.write(folder / HEADS, heads.export())
    manifest = Manifest.read(folder)
    Manifest(**{**vars(manifest), "files": {**manifest.files, HEADS: sha256_of(folder / HEADS)}}).write(folder)
    output, whole = run("restore", folder, "--rehearse")
    assert not whole
    assert "this event, but it is gone" in output


def test_a_byte_that_changed_in_the_backup_is_noticed_before_anything_is_loaded(portal, folder):
    """OP-06"""
    run("backup", folder)
    dump = folder / DATABASE
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    output, whole = run("restore", folder, "--rehearse")
    assert not whole
    assert output.strip() == f"FAULT: {DATABASE} was altered after the backup was made."


def test_an_empty_portal_takes_a_backup_over_and_holds_its_mail(portal, folder, tmp_path):
    """OP-06: nothing is sent that the first portal may have sent already, until somebody says so."""
    run("backup", folder)
    media = tmp_path / "media"
    with engines.scratch() as name:
        surroundings = {**os.environ, "DATABASE_URL": engines.address(name), "MEDIA_ROOT": str(media)}
        first, second, released = (
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=settings.BASE_DIR,
                env=surroundings,
                capture_output=True,
                text=True,
                check=False,
            )
            for command in (("restore", str(folder)), ("restore", str(folder)), ("resume_mail",))
        )
    assert first.returncode == 0, first.stderr
    assert "Mail is held. Look through the outbox, then run: manage.py resume_mail" in first.stdout
    assert (media / portal.sealed_file.file).is_file()
    assert second.returncode == 1
    assert "The database isn't empty." in second.stderr
    assert released.stdout.strip() == "Sending has resumed.", released.stderr


def test_a_backup_never_overwrites_anything(portal, folder):
    """OP-06"""
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match="isn't empty"):
        call_command("backup", str(folder))
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_held_mail_waits_until_it_is_released(portal):
    """OP-06"""
    health.hold()
    assert health.is_suspended()
    assert deliver_due() == 0
    assert health.complaints() == []
    assert run("resume_mail")[0].strip() == "Sending has resumed."
    assert run("resume_mail")[0].strip() == "Mail wasn't on hold."
    assert not health.is_suspended()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "manifest.json is missing"),
        ("{", "can't be read"),
        ("[]", "can't be read"),
        ('{"format": "other/2"}', "a backup of another kind"),
    ],
)
def test_what_is_no_backup_is_said_in_one_sentence(folder, text, fault):
    """OP-06"""
    folder.mkdir()
    if text is not None:
        (folder / "manifest.json").write_text(text)
    with pytest.raises(NotABackup, match=fault):
        Manifest.read(folder)
    with pytest.raises(CommandError, match=fault):
        call_command("restore", str(folder), "--rehearse")


def test_a_backup_holds_no_key(portal, folder):
    """OP-06: fingerprints alone."""
    run("backup", folder)
    text = (folder / "manifest.json").read_text()
    assert settings.SECRET_KEY not in text
    assert set(key_fingerprints()) == {"secret", "seal issuers", "seal"}
    assert "PRIVATE KEY" not in text
