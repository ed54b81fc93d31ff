"""The page where anybody checks a document, from the portal's own record (EL-32)."""

import os
import random
import re
import time

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import sandbox
from agreements.models import Agreement, AgreementVersion, State
from agreements.sealing.gathering import contents_so_far
from agreements.verify_page import file_checks, views
from ledger.actions import append
from sealing.rendering import render
from sealing.verification import Kind
from tests.agreements import sealed as make
from tests.agreements.factories import NAMES, circulated, in_force, sign, to_sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_once")]
ADDRESSES = (f"10.0.{high}.{low}" for high in range(256) for low in range(256))


def look(client, digits, **more):
    return client.get(reverse("verify"), {"sha256": digits}, REMOTE_ADDR=next(ADDRESSES), **more)


def give(client, data, name="agreement.pdf", address=None):
    """The answer to a file, however long it takes: on a busy machine it comes by way of the page that looks again."""
    upload = SimpleUploadedFile(name, data, content_type="application/pdf")
    response = client.post(reverse("verify"), {"file": upload}, REMOTE_ADDR=address or next(ADDRESSES))
    return answered(client, client.get(response["Location"])) if response.status_code == 302 else response


def answered(client, page):
    """What the page of a check shows once it looks no more."""
    while page.get("Refresh"):
        assert "Still checking your file" in page.content.decode()
        time.sleep(0.1)
        page = client.get(page.wsgi_request.path, REMOTE_ADDR=next(ADDRESSES))  # as often as a slow machine needs
    return page


def heading(response):
    """The answer's own heading, without its drawing."""
    match = re.search(r'<h2 id="answer-title">.*?</svg>\s*(.*?)</h2>', response.content.decode(), re.S)
    return match[1].replace("&#x27;", "'") if match else ""


def stands(version, state, **fields):
    """How a version ends is another act's business; the page only reads it."""
    AgreementVersion.objects.filter(pk=version.pk).update(state=state, **fields)
    append(version.agreement.stream, "noted", by="system")


# ── By fingerprint ───────────────────────────────────────────────────────────────────────────


def test_the_fingerprint_of_the_file_and_of_the_words_are_known(client, agreed):
    """EL-32"""
    assert heading(look(client, agreed.document.sha256)) == "Genuine, and in force"
    assert heading(look(client, agreed.version.content_sha256)) == "This wording is in force"


def test_spaces_and_capitals_do_no_harm(client, agreed):
    digits = agreed.document.sha256.upper()
    written = " ".join(digits[n : n + 4] for n in range(0, 64, 4))
    assert heading(look(client, f"  {written}\n")) == "Genuine, and in force"


def test_the_address_on_the_document_leads_straight_to_the_answer(client, agreed):
    """EL-32: what the code on the certificate page holds, and the shorter form of it."""
    path = agreed.version.seal.told["verify_url"].removeprefix("https://portal.example.test")
    for address in (path, reverse("verify-fingerprint", args=[agreed.version.content_sha256])):
        response = client.get(address)
        assert heading(response) == "This wording is in force"
        assert agreed.version.content_sha256 in response.content.decode()


def test_it_names_version_roles_and_dates_and_nothing_else(client, agreed, settings):
    """EL-32: no reference, no name, no product, no business area."""
    subject = agreed.version.agreement.subject
    for response in (look(client, agreed.document.sha256), look(client, agreed.version.content_sha256), give(client, agreed.data)):
        page = response.content.decode()
        for role in agreed.version.roles.filter(must_sign=True):
            assert role.label in page
        assert page.count("signed ") >= agreed.version.roles.filter(must_sign=True).count()
        private_words = [subject.reference, agreed.version.agreement.reference, subject.product, str(subject.program_area), *NAMES]
        assert [word for word in private_words if word in page] == []
        assert "@" not in page.replace(settings.LAB_EMAIL, "")


def test_a_seal_for_trying_things_out_is_never_called_one_to_rely_on(client, agreed):
    """A page that says “proves nothing” must not say “rely on it” below."""
    for response in (look(client, agreed.document.sha256), give(client, agreed.data)):
        page = response.content.decode()
        assert "Outside this portal, the seal proves nothing." in page
        assert "Don’t rely on it" in page
        assert "You can rely on it" not in page


def test_before_the_seal_exists_the_words_are_in_force_and_being_sealed(client, sealing):
    """EL-31, EL-32: the last signature makes it binding, the seal follows."""
    version = in_force()
    assert heading(look(client, version.content_sha256)) == "In force, and being sealed"


def test_words_out_for_signing_are_not_in_force(client):
    version = circulated()
    sign(to_sign(version)[0])
    page = look(client, version.content_sha256)
    assert heading(page) == "Not in force yet"
    assert page.content.decode().count("not signed") == len(to_sign(version)) - 1


def test_what_was_replaced_or_voided_since_says_so(client, agreed):
    """EL-32, EL-33, EL-34: the file stays what it was, and no longer stands."""
    stands(agreed.version, State.SUPERSEDED, superseded_at=agreed.version.in_force_at)
    assert heading(look(client, agreed.document.sha256)) == heading(give(client, agreed.data)) == "Genuine, but replaced"
    Agreement.objects.filter(pk=agreed.version.agreement_id).update(voided_at=agreed.version.in_force_at, void_reason="Made by mistake.")
    stands(agreed.version, State.VOID, superseded_at=None, void_reason="Made by mistake.")
    page = look(client, agreed.version.content_sha256)
    assert heading(page) == "Genuine, but void"
    assert "Made by mistake" not in page.content.decode()


def test_every_unknown_fingerprint_gets_the_same_answer(client, agreed):
    """EL-32: the hash of a record, of a link or of a draft's words tells no more than any other."""
    signature = agreed.version.signatures.first()
    token = agreed.version.invitations.first().tokens.first().sha256
    pages = [look(client, digits) for digits in ("0" * 64, "f" * 64, signature.evidence_sha256, token, agreed.document.unsealed_sha256)]
    assert {page.status_code for page in pages} == {200}
    assert {heading(page) for page in pages} == {"Unknown to us"}
    assert len({len(page.content) for page in pages}) == 1


def test_every_answer_has_the_same_parts(client, agreed):
    """EL-32: what it is, what to do next, what is on record, what was looked at."""
    for response in (look(client, "0" * 64), look(client, agreed.document.sha256), give(client, b"nothing")):
        page = response.content.decode()
        titles = re.findall(r"<h3>(.*?)</h3>", page)
        assert titles == ["What to do next", "On record", "What we checked"]
        assert response.status_code == 200


@pytest.mark.parametrize("typed", ["12", "x" * 64, "0" * 63, "0" * 65, "é" * 64, "<script>alert(1)</script>"])
def test_what_is_no_fingerprint_is_said_and_kept(client, typed):
    response = look(client, typed)
    assert "A fingerprint has 64 digits" in response.content.decode()
    assert heading(response) == ""
    assert b"<script>alert" not in response.content


def test_an_address_with_anything_else_in_it_leads_to_the_empty_form(client):
    assert client.get("/verify/hello/").headers["Location"] == reverse("verify")


def test_looking_asks_the_database_as_often_for_any_agreement_and_writes_nothing(client, agreed):
    """EL-32: a GET changes nothing, and costs the same whoever asks."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        look(client, agreed.document.sha256)
    assert len(queries) <= 11  # five of them compare the records with the ledger
    reads = re.compile(r'SELECT|SAVEPOINT|RELEASE|DECLARE "\w+" NO SCROLL CURSOR WITHOUT HOLD FOR SELECT')
    assert [q["sql"] for q in queries if not reads.match(q["sql"])] == []


# ── By file ──────────────────────────────────────────────────────────────────────────────────


def test_the_sealed_file_is_genuine(client, agreed):
    """EL-32"""
    response = give(client, agreed.data, "renamed by somebody.PDF")
    assert heading(response) == "Genuine, and in force"
    assert agreed.document.sha256 in response.content.decode()


def test_a_file_that_was_changed_is_altered_and_the_failed_check_is_named(client, agreed):
    """EL-32"""
    hole = make.hole(agreed.data)
    cases = {
        "The sealed part of the file has been changed": make.flipped(agreed.data, hole.start // 2),
        "Something was added to the file": agreed.data + b"\n% more\n",
        "The part of the file that holds the seal was overwritten": agreed.data[: hole.stop - 9] + b"DEADBEEF>" + agreed.data[hole.stop :],
    }
    for check, data in cases.items():
        response = give(client, data)
        assert heading(response) == "Altered", check
        assert check in response.content.decode()
        assert "Don’t rely on this file." in response.content.decode()


def test_our_words_under_another_seal_are_altered_and_without_any_are_a_copy(client, agreed):
    """EL-32: `agreement.json` is ours and the rest is not."""
    unsealed = render(contents_so_far(circulated()))
    assert heading(give(client, unsealed)) == "A copy without the lab’s seal"
    stranger = make.issuer("Somebody")
    forged = make.seal(make.rendered(bytes(agreed.version.canonical)), make.sealing(stranger), stranger)
    assert heading(give(client, forged)) == "Altered"


def test_a_sealed_agreement_of_another_portal_is_not_on_our_record(client, sealing, tmp_path):
    issuer = make.issuer()
    (tmp_path / "issuer.pem").write_bytes(issuer.pem)
    sealing.SEAL_ROOTS = [str(tmp_path / "issuer.pem")]
    data = make.seal(make.rendered(), make.sealing(issuer), issuer)
    assert heading(give(client, data)) == "Sealed, but not in our records"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF", b"PK\x03\x04" * 100, make.rendered(attach=False)], ids=["broken", "zip", "pdf"])
def test_any_other_file_is_unknown(client, data):
    assert heading(give(client, data)) == "Unknown to us"


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_every_one_of_200_changed_bytes_is_reported_as_altered_by_the_page(client, agreed):
    """Issue 3: anywhere in the file, each looked at by the process that the page starts. The run's seed repeats it."""
    dice = random.Random(random.getrandbits(64))
    for at in dice.sample(range(len(agreed.data)), 200):
        assert heading(give(client, make.flipped(agreed.data, at, dice))) == "Altered", at


def test_nothing_of_a_file_is_stored(client, agreed, settings, tmp_path, monkeypatch):
    """EL-32: not as a file of the portal, and not as a temporary one."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir(mode=0o500)

    def kept():
        return sorted(path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size)

    before = kept()
    give(client, b"%PDF-1.7\n" + b"x" * (9 * 1024 * 1024))
    give(client, make.flipped(agreed.data, 900))
    assert kept() == before  # the locks of slots are empty files


def test_a_file_that_is_missing_empty_or_too_large_is_said_to_be(client):
    assert "Choose the PDF" in client.post(reverse("verify"), {}).content.decode()
    assert "This file is empty" in give(client, b"").content.decode()
    assert "larger than 10 MB" in give(client, b"x" * (10 * 1024 * 1024 + 1)).content.decode()


def test_a_request_larger_than_any_file_we_take_is_not_read(client, settings, tmp_path):
    """ASVS 5.2.1: any address, before anything else; no temporary file is written."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    response = give(client, b"x" * (11 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert "at most 10 MB" in response.content.decode()
    assert list(tmp_path.iterdir()) == []


# ── Limits ───────────────────────────────────────────────────────────────────────────────────


def test_look_ups_are_bounded_by_address_and_told_when_to_come_back(client, monkeypatch):
    """D3-13: the one more is answered 429 with a time; another address goes on."""
    monkeypatch.setattr(file_checks, "ASKED_A_MINUTE", 5)
    answers = [client.get(reverse("verify"), {"sha256": "0" * 64}, REMOTE_ADDR="203.0.113.1") for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert client.get(reverse("verify-fingerprint", args=["0" * 64]), REMOTE_ADDR="203.0.113.1").status_code == 429
    assert client.get(reverse("verify"), REMOTE_ADDR="203.0.113.1").status_code == 200
    assert look(client, "0" * 64).status_code == 200


OPENED = make.rendered(attach=False)
"""A file that only opening can tell anything about."""


def test_files_are_bounded_by_what_they_cost_and_not_by_how_many_there_are(client, agreed):
    """K15: a whole ministry behind one address checks what it was given; it isn't the seventh file that is refused."""
    for _ in range(30):
        assert heading(give(client, agreed.data, address="203.0.113.2")) == "Genuine, and in force"
        assert heading(give(client, agreed.data + b"%", address="203.0.113.2")) == "Altered"
    assert file_checks.seconds_to_check("203.0.113.2") == 0


def test_an_address_that_used_up_its_time_waits_and_its_neighbour_in_the_same_64_too(client):
    """K8, K15: what costs nothing is still answered."""
    file_checks.charge_check("2001:db8:1:2::9", file_checks.CHECKING_SECONDS)
    refused = give(client, OPENED, address="2001:db8:1:2:ffff::1")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= file_checks.CHECKING_WINDOW
    assert "look up a fingerprint" in refused.content.decode()
    assert heading(give(client, b"no PDF", address="2001:db8:1:2::9")) == "Unknown to us"
    assert give(client, OPENED, address="2001:db8:1:3::9").status_code == 200


@pytest.mark.parametrize("at_first", [0, 1])
def test_the_time_that_a_file_takes_is_charged_to_its_address_before_it_is_answered(client, monkeypatch, at_first):
    """K8"""
    monkeypatch.setattr(views, "AT_FIRST_SECONDS", at_first)
    give(client, OPENED, address="203.0.113.3")
    assert cache.get(file_checks._checking("203.0.113.3", time.time())) > 0


def test_when_too_many_files_are_open_the_page_says_so_at_once_and_offers_the_look_up(client, settings):
    """K8: over all processes of this host; nothing waits for a free place."""
    taken = [
        sandbox.take_slot(settings.VAR_DIR / "slots", "file-check", settings.FILE_CHECKS_AT_ONCE)
        for _ in range(settings.FILE_CHECKS_AT_ONCE)
    ]
    try:
        response = give(client, OPENED)
    finally:
        for slot in taken:
            os.close(slot)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert 'name="sha256"' in response.content.decode()
    assert give(client, OPENED).status_code == 200


def test_a_file_that_takes_longer_than_a_second_is_answered_on_a_page_of_its_own(client, monkeypatch):
    """K8: the page looks again by itself, without script, until the answer is there."""
    monkeypatch.setattr(views, "AT_FIRST_SECONDS", 0)
    response = client.post(reverse("verify"), {"file": SimpleUploadedFile("a.pdf", OPENED)})
    assert response.status_code == 302
    assert heading(answered(client, client.get(response["Location"]))) == "Unknown to us"


def test_a_check_that_nobody_began_has_no_result(client):
    response = client.get(reverse("verify-file", args=["x"]))
    assert not response.get("Refresh")
    assert "Please check the file again" in response.content.decode()


@pytest.mark.parametrize("change", ["appended", "signed twice", "no header"])
def test_a_look_from_outside_tells_what_was_saved_again_without_opening_it(agreed, change):
    """K8: no process is started for what every PDF program makes of a sealed file."""
    data = {
        "appended": agreed.data + b"\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n",
        "signed twice": agreed.data + b"<< /ByteRange [0 1 2 3] /Contents <00> >>\n%%EOF\n",
        "no header": agreed.data[1200:],
    }[change]
    verdict = file_checks.look_from_outside(data)
    assert verdict.kind is Kind.ALTERED
    assert file_checks.look_from_outside(agreed.data) is None
    assert file_checks.look_from_outside(OPENED) is None


def test_issuers_that_can_not_be_read_are_no_verdict(client, settings):
    """A slip in SEAL_ROOTS must not call a good file foreign."""
    settings.SEAL_ROOTS = ["/nowhere/issuers.pem"]
    assert give(client, OPENED).status_code == 503


# ── Where it is found ────────────────────────────────────────────────────────────────────────


def test_it_is_linked_from_the_foot_of_every_page_and_from_signing_in(client):
    page = client.get(reverse("account_login")).content.decode()
    assert page.count(f'href="{reverse("verify")}"') == 2


def test_it_is_kept_by_no_cache_and_no_index(client):
    response = client.get(reverse("verify"), {"sha256": "0" * 64})
    assert "no-store" in response["Cache-Control"]
    assert b'content="noindex' in response.content
