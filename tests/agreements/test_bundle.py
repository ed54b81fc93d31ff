"""All that proves an agreement in one ZIP (EL-32)."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile

import fastjsonschema
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from agreements.models import AgreementVersion, SealedDocument
from agreements.sealing.bundle import SCHEMA, bundle
from sealing import files
from sealing.verification.command import fingerprint
from tests.agreements.factories import circulated, complete_draft, in_force, sign, to_sign, token_for
from tests.factories import account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing", "sealed_once")]
PASSES = "labportal.accounts.Backend"


@pytest.fixture
def version(agreed):
    return agreed.version


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def unpacked(data, folder):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_the_sealed_pdf_the_words_every_record_and_the_issuers(version):
    """EL-32"""
    entries = opened(bundle(version, annexes=False))
    document = SealedDocument.objects.get(version=version)
    signatures = list(version.signatures.order_by("signed_at"))
    assert entries["agreement.pdf"] == files.sealed_bytes(document)
    assert entries["agreement.json"] == bytes(version.canonical)
    assert [entries[f"evidence/{n:02}.txt"] for n in range(1, len(signatures) + 1)] == [bytes(s.evidence) for s in signatures]
    assert entries["issuers.pem"].startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in b"".join(entries.values())
    assert document.sha256 in entries["READ-ME.txt"].decode()


def test_what_its_text_tells_to_do_by_hand_works(version, tmp_path):
    """EL-32: sha256sum on the files as they come out, by a machine that has nothing of ours."""
    folder = unpacked(bundle(version, annexes=True), tmp_path)
    checked = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
    summed = subprocess.run(["sha256sum", "agreement.json"], cwd=folder, capture_output=True, text=True).stdout.split()[0]
    assert summed == version.content_sha256
    assert summed in (folder / "READ-ME.txt").read_text()
    listed = json.loads((folder / "evidence.json").read_bytes())
    for n, row in enumerate(listed["records"], 1):
        assert hashlib.sha256((folder / f"evidence/{n:02}.txt").read_bytes()).hexdigest() == row["sha256"]


def test_its_command_says_genuine_of_its_own_pdf(version, tmp_path):
    """EL-32: as READ-ME.txt writes it; a development seal is unchanged but proves nothing."""
    from sealing.verification.command import pem, verdict_on

    folder = unpacked(bundle(version, annexes=False), tmp_path)
    sha256 = SealedDocument.objects.get(version=version).sha256
    verdict = verdict_on(folder / "agreement.pdf", pem([folder / "issuers.pem"]), b"", fingerprint(sha256))
    assert verdict.kind.value == 3
    assert verdict.codes == {"development"}
    assert verdict.contents.sha256 == version.content_sha256
    assert len(verdict.contents.signed) == version.signatures.count()


def test_evidence_and_annexes_are_what_the_schema_describes(version):
    """EL-32: agreements/evidence.schema.json, held by a validator."""
    schema = json.loads(SCHEMA.read_text())
    of_list = fastjsonschema.compile(schema)
    of_record = fastjsonschema.compile({**schema["definitions"]["record"], "definitions": schema["definitions"]})
    of_annex = fastjsonschema.compile({**schema["definitions"]["annex"], "definitions": schema["definitions"]})
    entries = opened(bundle(version, annexes=True))
    listed = of_list(json.loads(entries["evidence.json"]))
    for row in listed["records"]:
        of_record(json.loads(row["record"].split("\n", 1)[1]))
    for name in [name for name in entries if name.startswith("annexes/")]:
        kind, annex = entries[name].split(b"\n", 1)
        assert kind == b"evidence-annex/2"
        of_annex(json.loads(annex))
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        of_list({**listed, "version_sha256": "x"})
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        of_record({**json.loads(listed["records"][0]["record"].split("\n", 1)[1]), "address": "203.0.113.7"})


def test_the_same_version_gives_the_same_bytes(version):
    """EL-32"""
    assert bundle(version, annexes=True) == bundle(AgreementVersion.objects.get(pk=version.pk), annexes=True)


def test_a_partys_holds_no_address_and_no_browser(version):
    """Decided: they stay with lab operations."""
    ours, theirs = (b"".join(opened(bundle(version, annexes=whether)).values()) for whether in (True, False))
    for private in (b"203.0.113.7", b'"user_agent":"Phone"', b"evidence-annex/2\n"):
        assert private in ours
        assert private not in theirs


def test_before_sealing_and_before_the_last_signature_it_says_so():
    """EL-32"""
    version = circulated()
    sign(to_sign(version)[0])
    for_party, for_lab = opened(bundle(version, annexes=False)), opened(bundle(version, annexes=True))
    assert "NOT IN FORCE YET" in for_party["READ-ME.txt"].decode()
    assert not {name for name in for_party if "evidence/" in name or name == "evidence.json"}
    assert "evidence/01.txt" in for_lab
    waiting = in_force()
    entries = opened(bundle(AgreementVersion.objects.get(pk=waiting.pk), annexes=False))
    assert "NOT SEALED YET" in entries["READ-ME.txt"].decode()
    assert "agreement.pdf" not in entries


def test_lab_operations_fetch_it_with_and_a_party_without(client, version):
    """EL-32"""
    client.force_login(account("lab_ops"), PASSES)
    mine = client.post(reverse("agreement-bundle", args=[version.agreement.subject.reference, version.number]))
    assert mine["Content-Type"] == "application/zip"
    assert mine["Content-Disposition"].endswith('-version-1.zip"')
    assert "annexes/01.txt" in opened(mine.content)
    client.logout()
    invitation = to_sign(version)[0]
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    theirs = client.get(reverse("sign-bundle", args=[invitation.pk]))
    assert "agreement.pdf" in opened(theirs.content)
    assert not [name for name in opened(theirs.content) if name.startswith("annexes")]
    assert reverse("sign-bundle", args=[invitation.pk]) in client.get(reverse("sign-done", args=[invitation.pk])).content.decode()


def test_a_draft_has_none(client):
    draft = complete_draft()
    client.force_login(account("lab_ops"), PASSES)
    assert client.post(reverse("agreement-bundle", args=[draft.agreement.subject.reference, draft.number])).status_code == 404


def test_a_damaged_file_is_not_given_out(client, version, settings, tmp_path):
    settings.MEDIA_ROOT = shutil.copytree(settings.MEDIA_ROOT, tmp_path / "files")
    document = SealedDocument.objects.get(version=version)
    with open(default_storage.path(document.file), "ab") as file:
        file.write(b"x")
    client.force_login(account("lab_ops"), PASSES)
    response = client.post(reverse("agreement-bundle", args=[version.agreement.subject.reference, version.number]))
    assert response.status_code == 503
    assert not version.agreement.stream.events.filter(act="evidence-taken").exists(), "nothing was taken"
