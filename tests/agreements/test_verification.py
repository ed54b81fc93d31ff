"""What a file is told to be: genuine, altered, not ours, or not provable now (EL-32, signing.md 4.9 and 4.11)."""

import datetime
import io
import random

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.general import SigningError

from sealing.verification import Kind, check
from sealing.verification.verdict import of_plain
from tests.agreements import sealed as make

ISSUER = make.issuer()
LEAF = make.sealing(ISSUER)


@pytest.fixture(scope="module")
def pdf():
    return make.rendered()


@pytest.fixture(scope="module")
def data(pdf):
    return make.seal(pdf, LEAF, ISSUER)


TRUST = make.trust(ISSUER)


def test_a_sealed_agreement_is_genuine_and_says_who_signed_when(data):
    """EL-32"""
    verdict = check(data, TRUST)
    assert verdict.kind is Kind.GENUINE
    assert {c.code for c in verdict.checks} == {
        "readable",
        "issuer",
        "whole",
        "container",
        "in-time",
        "words",
        "same-words",
        "chain",
        "roles",
    }
    assert verdict.contents.version == 3
    assert [signed.role for signed in verdict.contents.signed] == list(make.ROLES)
    assert of_plain(verdict.plain()) == verdict


def test_the_fingerprint_on_record_decides(data):
    """EL-32"""
    verdict = check(data, TRUST)
    assert check(data, TRUST, verdict.sha256).kind is Kind.GENUINE
    other = check(data, TRUST, "0" * 64)
    assert (other.kind, other.codes) == (Kind.ALTERED, {"other-file"})


def test_an_rsa_seal_and_one_whose_issuer_was_replaced_stay_genuine(pdf):
    """Signing.md 4.10: issuers are kept for ever."""
    assert check(make.seal(pdf, make.sealing_rsa(ISSUER), ISSUER), TRUST).kind is Kind.GENUINE
    newer = make.issuer("Exchange Lab seals 2028")
    both = make.trust(newer, ISSUER)
    assert check(make.seal(pdf, LEAF, ISSUER), both).kind is Kind.GENUINE
    assert check(make.seal(pdf, make.sealing(newer), newer), both).kind is Kind.GENUINE


def test_an_issuer_under_a_root_is_believed_whichever_of_the_two_is_named(pdf):
    """The key's file may hold the whole chain; `SEAL_ROOTS` its root, or the issuer alone."""
    root = make.issuer("A province", above=1)
    between = make.issuer(by=root)
    data = make.seal(pdf, make.sealing(between), between, root)
    stranger = make.issuer("Somebody")
    assert check(data, make.trust(root)).kind is check(data, make.trust(between)).kind is Kind.GENUINE
    stuffed = make.seal(pdf, make.sealing(between), between, stranger)
    assert check(stuffed, make.trust(root)).codes == check(stuffed, make.trust(between)).codes == {"container"}


# ── Changed after sealing ────────────────────────────────────────────────────────────────────


def test_a_changed_byte_is_found_wherever_it_is(data):
    """4.11: body, cross references, the end, and the seal's own container."""
    hole = make.hole(data)
    places = {
        "head": 3, "body": len(data) // 3, "xref": data.rindex(b"startxref", 0, hole.start) - 40, "after": hole.stop + 40,
        "range": data.rindex(b"/ByteRange") + 14, "end": len(data) - 3, "open": hole.start, "close": hole.stop - 1,
        "seal": hole.start + 40, "padding": hole.stop - 20,
    }  # fmt: skip
    for name, at in places.items():
        assert check(make.flipped(data, at), TRUST).kind is Kind.ALTERED, name


def test_every_one_of_200_changed_bytes_outside_the_seals_own_container_is_reported_as_altered(data):
    """Issue 3: by the file alone. Those inside are counted too: none passes as genuine. The run’s seed repeats it."""
    dice, hole = random.Random(random.getrandbits(64)), make.hole(data)
    outside = [at for at in range(len(data)) if at not in hole]
    for at in dice.sample(outside, 200):
        verdict = check(make.flipped(data, at, dice), TRUST)
        assert verdict.kind is Kind.ALTERED, (at, verdict)
    for at in dice.sample(range(hole.start, hole.stop), 200):
        verdict = check(make.flipped(data, at, dice), TRUST)
        assert verdict.kind in (Kind.ALTERED, Kind.FOREIGN), (at, verdict)


def test_every_one_of_200_changed_bytes_is_altered_against_the_recorded_fingerprint(data):
    """Issue 3: anywhere in the file."""
    known, dice = check(data, TRUST).sha256, random.Random(random.getrandbits(64))
    for at in dice.sample(range(len(data)), 200):
        verdict = check(make.flipped(data, at, dice), TRUST, known)
        assert verdict.kind is Kind.ALTERED, (at, verdict)


def test_a_certificate_that_no_parser_takes_is_altered_and_no_fault_of_ours(data):
    """Its version is not one that certificates have: readers raise classes of their own for that."""
    hole = make.hole(data)
    version = b"a003020102" if b"a003020102" in data else b"A003020102"
    places = [at for at in range(hole[0], hole[-1]) if data.startswith(version, at)]
    assert places
    for at in places:
        flipped = data[: at + 8] + b"1" + data[at + 9 :]
        assert check(flipped, TRUST).kind is not Kind.GENUINE


@pytest.mark.thorough
def test_no_changed_byte_of_the_seals_own_container_passes(data):
    """Signing.md 5: pyHanko alone lets half of them pass. Its headers whole, the rest at every fifth place, letter case and value."""
    hole = make.hole(data)
    places = [*hole[:100], *hole[100 + random.randrange(5) :: 5]]
    flips = [data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :] for at in places for bit in (0x01, 0x20)]
    assert [flip for flip in flips if check(flip, TRUST).kind is Kind.GENUINE] == []


@pytest.mark.parametrize("tail", [b"\n", b"%", b"%%EOF\n", b"x" * 10_000], ids=["line", "comment", "end", "much"])
def test_bytes_appended_are_found(data, tail):
    """4.11: pyHanko's own bottom line stays true here."""
    verdict = check(data + tail, TRUST)
    assert (verdict.kind, verdict.codes) in [(Kind.ALTERED, {"added"}), (Kind.ALTERED, {"damaged"})]


def test_bytes_before_the_file_are_found(data):
    assert check(b"\n" + data, TRUST).kind is Kind.ALTERED


def test_an_incremental_update_is_found(data):
    """4.11: what a PDF editor does when it saves."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    verdict = check(out.getvalue(), TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.ALTERED, {"added"})


def test_our_file_takes_no_second_seal_and_one_forced_on_it_is_altered(pdf, data):
    """4.11: certified without changes; a file that carries two was never ours."""
    stranger = make.issuer("Somebody")
    with pytest.raises(SigningError):
        make.seal(data, make.sealing(stranger), stranger, field="Second", certify=False)
    first = make.seal(pdf, LEAF, ISSUER, certify=False)
    verdict = check(make.seal(first, make.sealing(stranger), stranger, certify=False, field="Second"), TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.ALTERED, {"not-one-seal"})


def test_a_seal_that_allows_changes_is_not_the_one_we_make(pdf):
    assert check(make.seal(pdf, LEAF, ISSUER, certify=False), TRUST).codes == {"seal-kind"}


def test_letter_case_and_padding_of_the_container_are_part_of_it(data):
    """Signing.md 5: readers take no notice of either."""
    hole = make.hole(data)
    lower = data[: hole.start] + data[hole.start : hole.stop].lower() + data[hole.stop :]
    padded = data[: hole.stop - 9] + b"DEADBEEF>" + data[hole.stop :]
    assert check(lower, TRUST).codes == check(padded, TRUST).codes == {"container"}


def test_the_seal_taken_off_is_no_seal(pdf, data):
    assert check(pdf, TRUST).codes == {"no-seal"}
    assert check(pdf, TRUST).kind is Kind.FOREIGN
    assert check(data.replace(b"/AcroForm", b"/AcroFarm"), TRUST).kind is Kind.ALTERED


# ── Whose seal ───────────────────────────────────────────────────────────────────────────────


def test_a_seal_of_another_issuer_is_not_ours_even_under_our_name(pdf):
    """4.11: trust comes from the issuer's key, never from a name."""
    for stranger in (make.issuer("Somebody"), make.issuer()):
        verdict = check(make.seal(pdf, make.sealing(stranger), stranger), TRUST)
        assert verdict.kind in (Kind.FOREIGN, Kind.ALTERED)
        assert verdict.kind is not Kind.GENUINE
        assert verdict.codes == {"foreign-issuer"}


def test_nobody_is_trusted_without_an_issuer(data):
    assert check(data, make.trust()).codes == {"foreign-issuer"}


def test_the_sealing_certificate_is_no_issuer(pdf):
    """4.11: pinned as a root it would be trusted whatever its dates and uses say."""
    expired = make.sealing(ISSUER, days=(-900, -500))
    for leaf in (LEAF, expired):
        assert check(make.seal(pdf, leaf, ISSUER), make.trust(leaf)).codes == {"foreign-issuer"}


@pytest.mark.parametrize("usage", [{"digital_signature": True}, {"key_encipherment": True}])
def test_a_certificate_not_made_for_sealing_seals_nothing(pdf, usage):
    """4.11: no content commitment."""
    verdict = check(make.seal(pdf, make.sealing(ISSUER, **usage), ISSUER), TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.FOREIGN, {"foreign-issuer"})


def test_an_expired_seal_without_a_time_stamp_is_unchanged_but_unproven(pdf):
    """4.11"""
    old = make.seal(pdf, make.sealing(ISSUER, days=(-900, -10)), ISSUER)
    verdict = check(old, TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.UNPROVEN, {"out-of-time"})
    assert check(make.flipped(old, 5000), TRUST).kind is Kind.ALTERED


def test_a_seal_with_a_trusted_time_stamp_outlives_its_certificate(pdf):
    """EL-31, signing.md 4.10: B-T from day one in production."""
    clock_issuer = make.issuer("Clocks")
    clock = make.stamping(clock_issuer)
    data = make.seal(pdf, make.sealing(ISSUER, days=(-30, 30)), ISSUER, stamp=(clock, clock_issuer))
    later = make.NOW + datetime.timedelta(days=400)
    assert check(data, make.trust(ISSUER, stamps=clock_issuer)).kind is Kind.GENUINE
    stamped = check(data, make.trust(ISSUER, stamps=clock_issuer, now=later))
    assert stamped.kind is Kind.GENUINE
    assert "stamped" in {c.code for c in stamped.checks}
    assert check(data, make.trust(ISSUER, now=later)).kind is Kind.UNPROVEN


def test_a_seller_of_time_stamps_can_not_make_our_seals(pdf):
    clock_issuer = make.issuer("Clocks")
    data = make.seal(pdf, make.sealing(clock_issuer), clock_issuer)
    assert check(data, make.trust(ISSUER, stamps=clock_issuer)).codes == {"foreign-issuer"}


def test_a_development_seal_proves_nothing_and_says_so(pdf):
    """Signing.md 4.10"""
    toy = make.issuer("DEVELOPMENT ONLY, proves nothing")
    verdict = check(make.seal(pdf, make.sealing(toy), toy), make.trust(ISSUER, toy))
    assert (verdict.kind, verdict.codes) == (Kind.UNPROVEN, {"development"})


# ── What is attached ─────────────────────────────────────────────────────────────────────────


def sealed(words, listed):
    return check(make.seal(make.rendered(words, listed), LEAF, ISSUER), TRUST)


def test_our_seal_on_anything_else_is_no_agreement():
    plain = make.seal(make.rendered(attach=False), LEAF, ISSUER)
    verdict = check(plain, TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.FOREIGN, {"no-agreement"})


def test_words_and_records_have_to_fit_one_another():
    """EL-32: the seal alone does not say that these signatures are on these words."""
    words = make.agreement()
    records = make.records(words)
    forged = records[1].replace("Person 2", "Person 9")
    cases = {
        "other-words": make.evidence(make.records(make.agreement(title="Another"))),
        "broken-chain": make.evidence([records[0], forged, records[2]]),
        "not-all-signed": make.evidence(records[:2]),
        "no-records": make.evidence(records).replace(b"Person 2", b"Person 9"),
    }
    for code, listed in cases.items():
        verdict = sealed(words, listed)
        assert (verdict.kind, verdict.codes) == (Kind.ALTERED, {code})
    assert sealed(words, make.evidence([records[0], records[2], records[1]])).codes == {"broken-chain"}
    assert sealed(words, make.evidence(records[1:])).codes == {"broken-chain"}
    assert sealed(words, make.evidence([])).codes == {"not-all-signed"}
    assert sealed(words, make.evidence(make.records(words, (*make.ROLES, "Somebody")))).codes == {"not-all-signed"}


def test_two_roles_of_one_name_both_sign():
    role = {"role": "Director", "side": "lab", "stage": 1, "must_sign": True}
    words = make.agreement(roles=[role, {**role, "side": "program"}])
    assert sealed(words, make.evidence(make.records(words, ("Director", "Director")))).kind is Kind.GENUINE
    assert sealed(words, make.evidence(make.records(words, ("Director",)))).codes == {"not-all-signed"}


@pytest.mark.parametrize(
    "words", [b"", b"{}", b"agreement/1\n{}", b"agreement/1\n" + b"[" * 100_000, b'agreement/1\n{"version":"x","roles":[]}']
)
def test_words_that_are_none_are_said_to_be_none(words):
    assert sealed(words, make.evidence([])).codes == {"no-words"}


@pytest.mark.parametrize(
    "listed", [b"", b"[]", b"{}", b'{"format":"evidence-list/9","records":[]}', b'{"format":"evidence-list/1","records":[7]}']
)
def test_records_that_are_none_are_said_to_be_none(listed):
    assert sealed(make.agreement(), listed).codes == {"no-records"}


# ── Not an agreement at all ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "junk",
    [b"", b"\0", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\0" * 500, b"<html>hello</html>", b"\xff" * 5000, b"A" * 200_000],
)
def test_what_is_no_pdf_is_unreadable(junk):
    verdict = check(junk, TRUST)
    assert (verdict.kind, verdict.codes) == (Kind.FOREIGN, {"unreadable"})


def test_any_cut_of_a_sealed_file_is_an_answer(data):
    for length in range(0, len(data), 997):
        assert check(data[:length], TRUST).kind in (Kind.ALTERED, Kind.FOREIGN)
