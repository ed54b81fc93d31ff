"""From the last signature to the sealed file: nothing is lost, nothing is done twice, whatever dies in between."""

import datetime
import json
import sys
import threading

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import Seal, SealedDocument, Signature, State
from agreements.sealing import actions, mail, pipeline
from agreements.sealing.gathering import contents_in_force
from agreements.sealing.pipeline import SEALS
from agreements.versions.canonical_text import sha256
from findings import Refused
from labportal.tasks import keep_house
from ledger.verification import verify
from outbox.models import Message
from sealing import files, making, pades, rendering
from sealing import pipeline as general
from sealing.keys import current_key, roots
from tests.agreements.factories import circulated, in_force, sign, to_sign
from tests.agreements.sealing.authority import answering
from tests.agreements.sealing.papers import attached, key_file, text_of
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealing")]
MINUTE = datetime.timedelta(minutes=1)


def copies_sent(version):
    return Message.objects.filter(occasion=mail.COPY.key, stream=version.agreement.stream)


def sealed_once(version):
    """Exactly one document, which holds, and one mail to each party."""
    document = SealedDocument.objects.get(version=version)
    data = files.sealed_bytes(document)
    assert pades.faults_of(data, roots()) == []
    people = version.agreement.parties.filter(to_at=None).values("person").distinct().count()
    assert copies_sent(version).count() == people
    assert Seal.objects.get(version=version).is_done
    assert version.agreement.stream.events.filter(act="agreement-sealed").count() == 1
    assert verify().broken is None
    return document


# ── All is well ──────────────────────────────────────────────────────────────────────────────


def test_the_last_signature_wishes_for_a_seal_in_the_same_transaction():
    """EL-31: a fault after the last signature takes both away, and none is wished for before."""
    version = circulated()
    *others, last = to_sign(version)
    for invitation in others:
        sign(invitation)
    assert not Seal.objects.exists()
    transaction.savepoint_rollback(_signed_within_a_savepoint(last))
    assert not Seal.objects.exists()
    assert Signature.objects.count() == len(others)


def _signed_within_a_savepoint(invitation):
    savepoint = transaction.savepoint()
    sign(invitation)
    assert Seal.objects.get().state == Seal.State.WANTED
    return savepoint


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_who_look_at_once_seal_two_versions_once_each():
    """EL-31, R13"""
    versions = [in_force(), in_force()]
    assert sum(at_once(lambda _n: pipeline.seal_due(), hands=6)) == 2
    for version in versions:
        sealed_once(version)


def test_a_version_in_force_is_sealed_and_everybody_gets_a_copy():
    """EL-31: informed roles too; each mail holds a link of its own, minted as it leaves."""
    version = in_force(informed=True)
    assert pipeline.seal_due() == 1
    document = sealed_once(version)
    data = files.sealed_bytes(document)
    assert (document.level, document.development, document.size, document.sha256) == ("B-B", True, len(data), sha256(data))
    assert set(attached(data)) == {"agreement.json", "evidence.json"}
    assert attached(data)["agreement.json"] == bytes(version.canonical)
    assert "DEVELOPMENT ONLY" in text_of(data)
    for message in copies_sent(version):
        assert "{{ signing_link }}" in message.text
        assert document.sha256 in message.text
        assert message.mint["signing_link"][0] == "agreements.invitations.mint"
    facts = version.agreement.stream.events.get(act="agreement-sealed").facts
    assert facts["file_sha256"] == document.sha256
    assert pipeline.seal_due() == 0


def test_the_evidence_that_goes_round_has_every_record_and_no_address():
    """EL-27, EL-31: each record can be hashed again; address and browser stay with lab operations."""
    version = in_force()
    pipeline.seal_due()
    data = attached(files.sealed_bytes(SealedDocument.objects.get()))["evidence.json"]
    listed = json.loads(data)
    assert (listed["format"], listed["version_sha256"]) == ("evidence-list/1", version.content_sha256)
    assert [sha256(row["record"].encode()) for row in listed["records"]] == [row["sha256"] for row in listed["records"]]
    assert {row["sha256"] for row in listed["records"]} == set(Signature.objects.values_list("evidence_sha256", flat=True))
    assert b"203.0.113.7" not in data
    assert b"Phone" not in data


def test_what_changes_after_the_last_signature_does_not_change_the_document():
    """EL-31: a person renamed, a role handed over, another name of the lab."""
    version = in_force(informed=True)
    seal = Seal.objects.get()
    before = rendering.render(contents_in_force(version, seal.told))
    for party in version.agreement.parties.select_related("person"):
        party.person.name, party.person.organisation = "Somebody Else", "Elsewhere"
        party.person.save()
        party.to_at = timezone.now()
        party.save()
    version.invitations.update(first_opened_at=timezone.now())
    seal.refresh_from_db()
    assert rendering.render(contents_in_force(version, seal.told)) == before


# ── Something dies in between ────────────────────────────────────────────────────────────────


class Crash(BaseException):
    """As if the process had been killed: nobody catches it, nobody tidies up."""


def dies(monkeypatch, module, name, *, after):
    """The first call of a function ends the process, before or after its work; later ones do not."""
    whole = getattr(module, name)
    left = [1]

    def call(*args, **kwargs):
        if left and not after:
            left.clear()
            raise Crash
        result = whole(*args, **kwargs)
        if left:
            left.clear()
            raise Crash
        return result

    monkeypatch.setattr(module, name, call)


ARROWS = {
    "after the claim": (making, "make", False),
    "before printing": (rendering, "render", False),
    "after printing": (rendering, "render", True),
    "after the hash of the print": (making, "_noted", True),
    "after sealing": (pades, "seal", True),
    "after checking": (pades, "examined", True),
    "after storing": (files, "keep", True),
    "in the last transaction": (mail, "send", True),
    "after the last commit": (actions, "record_sealed", True),
}


@pytest.mark.parametrize("arrow", ARROWS)
def test_a_crash_at_any_arrow_leaves_one_sealed_document_and_one_mail_each(arrow, monkeypatch):
    """R11, signing.md 4.7: nothing before the lease ends, all of it after; another sweep does nothing."""
    version = in_force()
    module, name, after = ARROWS[arrow]
    dies(monkeypatch, module, name, after=after)
    with pytest.raises(Crash):
        pipeline.seal_due()
    if arrow != "after the last commit":
        assert not SealedDocument.objects.exists()
        assert not copies_sent(version).exists()
    assert pipeline.seal_due() == 0
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        pipeline.seal_due()
        sealed_once(version)
        assert pipeline.seal_due() == 0
        sealed_once(version)


@pytest.mark.parametrize("arrow", [arrow for arrow in ARROWS if arrow != "after the last commit"])
def test_a_fault_at_any_arrow_is_kept_with_its_reason_and_tried_again(arrow, monkeypatch):
    """EL-31: an ordinary fault, as a full disk would be; the file that it left is swept after a week."""
    version = in_force()
    module, name, after = ARROWS[arrow]
    dies(monkeypatch, module, name, after=after)
    monkeypatch.setattr(sys.modules[__name__], "Crash", OSError)
    assert pipeline.seal_due() == 0
    seal = Seal.objects.get()
    assert (seal.state, seal.attempts, seal.claimed_by) == (Seal.State.WANTED, 1, "")
    assert "OSError" in seal.last_error
    call_command("seal_pending")
    sealed_once(version)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        keep_house()
    kept = set(files._all())
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        keep_house()
    document = sealed_once(version)
    assert set(files._all()) == {document.file}
    assert len(kept) == (2 if arrow in ("after storing", "in the last transaction") else 1)


def test_a_worker_that_comes_late_leaves_what_another_has_done():
    """EL-31: its lease ended, somebody else sealed; the late one writes nothing and sends nothing."""
    version = in_force()
    late = SEALS.claim("late")
    sealed_file = SEALS.make(late, worker="late")
    with time_machine.travel(timezone.now() + 6 * MINUTE):
        assert pipeline.seal_due() == 1
        assert actions.record_sealed(late, sealed_file, worker="late", by=SYSTEM) is False
    assert sealed_once(version).sha256 != sealed_file.sha256


def test_two_claims_never_have_the_same_seal():
    in_force()
    assert SEALS.claim("one")
    assert SEALS.claim("two") is None


def test_a_round_takes_a_few_and_the_next_round_the_rest():
    """So that mail is not kept waiting."""
    for _ in range(3):
        in_force()
    assert pipeline.seal_due(most=2) == 2
    assert pipeline.seal_due(most=2) == 1


# ── It can't be done now ─────────────────────────────────────────────────────────────────────


def unusable(settings, tmp_path):
    """A key whose passphrase is wrong."""
    settings.SEAL_PKCS12 = str(key_file(tmp_path))
    (tmp_path / "passphrase").write_text("wrong")
    settings.SEAL_PKCS12_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    settings.SEAL_ROOTS = [str(tmp_path / "issuer.pem")]


def test_it_is_tried_for_ever_with_growing_pauses_and_after_the_third_time_people_are_asked_once(sealing, tmp_path, ops):
    """EL-31, signing.md 4.7: 1, 2, 4 … 60 minutes, and no end to it."""
    version = in_force()
    unusable(sealing, tmp_path)
    pauses, now = [], timezone.now()
    for attempt in range(1, 10):
        with time_machine.travel(now, tick=False):
            assert pipeline.seal_due() == 0
            assert pipeline.seal_due() == 0
        seal = Seal.objects.get()
        assert seal.attempts == attempt
        assert "passphrase" in seal.last_error
        pauses.append(round((seal.next_try_at - now) / MINUTE))
        now = seal.next_try_at
        asked = Message.objects.filter(occasion=mail.WAITS.key)
        assert asked.exists() == (attempt >= 3)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    people = [message.person.user for message in asked]
    assert ops in people
    assert len(set(people)) == len(people)
    assert "passphrase" in asked[0].text
    assert version.agreement.stream.events.filter(act="seal-waits").count() == 1
    (tmp_path / "passphrase").write_text("s3cret")
    with time_machine.travel(now - MINUTE):
        assert pipeline.seal_due() == 0, "it waits its pause"
        call_command("seal_pending")
        assert not sealed_once(version).development


def test_the_agreement_is_in_force_whatever_becomes_of_the_seal(sealing, tmp_path):
    """Signing.md 4.3: sealing is no state of a version."""
    unusable(sealing, tmp_path)
    version = in_force()
    pipeline.seal_due()
    version.refresh_from_db()
    assert version.state == State.IN_FORCE


def test_the_command_says_what_waits_and_why(sealing, tmp_path, capsys):
    in_force()
    unusable(sealing, tmp_path)
    with pytest.raises(CommandError, match="1 still waiting"):
        call_command("seal_pending")
    output = capsys.readouterr().out
    assert "0 sealed." in output
    assert "attempts: 1. seal.p12 doesn't open with this passphrase" in output


def test_without_the_libraries_it_waits_and_says_how_to_get_them(monkeypatch):
    """The portal runs without them."""
    in_force()
    for module in [name for name in sys.modules if name.startswith("weasyprint") or name == "sealing.rendering"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert pipeline.seal_due() == 0
    assert "apt-get install -y libpango-1.0-0" in Seal.objects.get().last_error


def test_a_key_whose_issuer_we_do_not_trust_seals_nothing(sealing, tmp_path):
    """Signing.md 4.7: our own work is put to the test that anybody would put it to."""
    in_force()
    sealing.SEAL_PKCS12 = str(key_file(tmp_path))
    sealing.SEAL_PKCS12_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    assert pipeline.seal_due() == 0
    assert "SEAL_ROOTS" in Seal.objects.get().last_error
    assert list(files._all()) == []


# ── Printed differently ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def stuck(ops):
    """A seal whose first attempt printed something else."""
    version = in_force()
    Seal.objects.update(unsealed_sha256="a" * 64)
    assert pipeline.seal_due() == 0
    return version.seal


def test_another_print_is_not_sealed_and_people_are_asked_at_once(stuck):
    """Signing.md 4.7: a retry proves that it printed the same thing."""
    stuck.refresh_from_db()
    assert stuck.is_stuck
    assert "differently" in stuck.last_error
    assert Message.objects.filter(occasion=mail.WAITS.key).exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert pipeline.seal_due() == 0
    with pytest.raises(CommandError):
        call_command("seal_pending")


def test_lab_operations_accept_the_new_print_with_a_reason(stuck, ops):
    """EL-31: and the ledger says who and why."""
    with pytest.raises(Refused) as refused:
        actions.print_again(stuck, reason=" ", by=ops)
    assert refused.value.codes == {"reason-missing"}
    actions.print_again(stuck, reason="The font was renewed.", by=ops)
    assert pipeline.seal_due() == 1
    sealed_once(stuck.version)
    event = stuck.version.agreement.stream.events.get(act="seal-printed-again")
    assert (event.actor, event.facts["reason"]) == (ops, "The font was renewed.")
    with pytest.raises(Refused) as refused:
        actions.print_again(stuck, reason="Again.", by=ops)
    assert refused.value.codes == {"seal-not-stuck"}


# ── Time stamps ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def authority(sealing, tmp_path, monkeypatch):
    monkeypatch.setattr(pades, "TIMESTAMP_SECONDS", 300)  # a busy machine is slow, not wrong
    monkeypatch.setattr(general, "LEASE", datetime.timedelta(minutes=10))
    with answering() as authority:
        (tmp_path / "tsa.pem").write_bytes(authority.pem)
        sealing.SEAL_TSA_URLS = [authority.url]
        sealing.SEAL_TSA_ROOTS = [str(tmp_path / "tsa.pem")]
        yield authority


def test_a_seal_is_time_stamped_by_the_authority_that_is_named(authority):
    """EL-31: PAdES B-T, over HTTP (RFC 3161)."""
    version = in_force()
    assert pipeline.seal_due() == 1
    document = SealedDocument.objects.get(version=version)
    assert document.level == "B-T"
    assert abs(document.timestamp_at - timezone.now()) < MINUTE
    assert set(authority.asked) == {"application/timestamp-query"}


def test_the_next_authority_is_asked_when_the_first_is_away(authority, sealing):
    sealing.SEAL_TSA_URLS = ["http://127.0.0.1:1/", authority.url]
    in_force()
    assert pipeline.seal_due() == 1
    assert SealedDocument.objects.get().level == "B-T"


def test_without_a_time_stamp_it_waits_until_lab_operations_give_it_up_with_a_reason(authority, ops):
    """Signing.md, 4: never downgraded quietly."""
    authority.ails = True
    version = in_force()
    assert pipeline.seal_due() == 0
    seal = Seal.objects.get()
    assert "No time stamping service answered" in seal.last_error
    assert authority.url in seal.last_error
    with pytest.raises(Refused) as refused:
        actions.seal_without_timestamp(seal, reason="", by=ops)
    assert refused.value.codes == {"reason-missing"}
    actions.seal_without_timestamp(seal, reason="The service ended its work.", by=ops)
    assert pipeline.seal_due() == 1
    assert sealed_once(version).level == "B-B"
    assert version.agreement.stream.events.get(act="seal-without-timestamp").facts["reason"] == "The service ended its work."


def test_no_time_stamp_is_given_up_that_nobody_asked_for(ops):
    in_force()
    with pytest.raises(Refused) as refused:
        actions.seal_without_timestamp(Seal.objects.get(), reason="Why not", by=ops)
    assert refused.value.codes == {"no-timestamp-awaited"}


# ── What is kept ─────────────────────────────────────────────────────────────────────────────


def test_a_damaged_file_is_not_given_out():
    """EL-32"""
    in_force()
    pipeline.seal_due()
    document = SealedDocument.objects.get()
    with open(default_storage.path(document.file), "r+b") as file:
        file.seek(5000)
        file.write(b"x")
    with pytest.raises(files.Damaged):
        files.sealed_bytes(document)
    default_storage.delete(document.file)
    with pytest.raises(files.Damaged):
        files.sealed_bytes(document)


def test_the_record_of_a_sealed_file_is_never_changed_and_what_was_told_stays():
    """EL-32: by triggers, whoever asks."""
    in_force()
    pipeline.seal_due()
    for sql in (
        "UPDATE agreements_sealeddocument SET sha256 = sha256", "DELETE FROM agreements_sealeddocument",
        "UPDATE agreements_seal SET told = '{}'", "DELETE FROM agreements_seal",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_second_sealed_document_of_a_version_is_impossible():
    in_force()
    pipeline.seal_due()
    document = SealedDocument.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedDocument.objects.create(
            version=document.version, file="x", sha256="b" * 64, size=1, unsealed_sha256="b" * 64, certificate_sha256="b" * 64,
            development=True, level="B-B",
        )  # fmt: skip


def test_the_key_that_sealed_is_named():
    in_force()
    pipeline.seal_due()
    assert SealedDocument.objects.get().certificate_sha256 == current_key().signer().signing_cert.sha256.hex()


# ── A claim lives as long as its worker ──────────────────────────────────────────────────────


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_claim_is_renewed_while_the_work_takes_its_time_and_not_taken_back_once_it_ended():
    """K16: a killed worker is followed within a minute; a slow one is not robbed, and a thawed one robs nobody."""
    in_force()
    seal = SEALS.claim("slow")
    first = seal.claimed_until
    every = datetime.timedelta(milliseconds=20)

    def claimed_until():
        return Seal.objects.values_list("claimed_until", flat=True).get(pk=seal.pk)

    with general.renewed(seal, "slow", every):
        Seal.objects.filter(pk=seal.pk).update(claimed_until=timezone.now() + datetime.timedelta(seconds=5))
        soon = claimed_until()
        while claimed_until() == soon:
            pass
    assert claimed_until() >= first
    Seal.objects.filter(pk=seal.pk).update(claimed_by="another", claimed_until=timezone.now() + general.LEASE)
    others = claimed_until()
    with general.renewed(seal, "slow", every):
        threading.Event().wait(0.2)
    assert claimed_until() == others
    assert general.LEASE <= MINUTE
