"""The document on paper: always the same for the same contents, in our own font, and it fetches nothing."""

from dataclasses import replace

import pytest

from agreements.versions.canonical_text import sha256
from sealing import fonts
from sealing.rendering import NotRendered, printed, render
from tests.agreements.sealing.papers import MOMENT, attached, contents, fonts_of, pages_of, record, text_of


def test_the_same_contents_give_the_same_bytes():
    """EL-31: so that a second attempt can prove that it sealed the same document."""
    assert render(contents()) == render(contents())
    assert render(contents()) != render(contents(text="Another word."))
    assert render(contents()) != render(contents(), development=True)


def test_it_is_printed_in_bc_sans_and_in_nothing_else():
    """EL-31: a missing font falls back silently, so the PDF itself is asked. BC Sans has no minus sign for "UTC−7"; our own fallback has."""
    assert fonts_of(render(contents())) == {"BC-Sans", "BC-Sans-Bold", "BC-Sans-Italic", "Noto-Sans-Latin"}


def test_a_missing_font_is_said_and_no_other_is_taken(settings, monkeypatch):
    """EL-31"""
    monkeypatch.setattr(fonts.finders, "find", lambda path: None)
    settings.STATIC_ROOT = settings.VAR_DIR / "nowhere"
    with pytest.raises(NotRendered, match="make setup"):
        render(contents())


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "https://example.org/x.png", "data:text/plain,x", "own:/other"],
)
@pytest.mark.parametrize(
    "place", ['<img alt="" src="{}">', '<style>p {{ background: url("{}") }}</style><p>x</p>', '<link rel="attachment" href="{}">']
)
def test_nothing_is_fetched_from_anywhere(address, place):
    """D3-5: not a file of the server, not an address inside the network, not the web; and it ends as an ordinary error."""
    html = f'<html lang="en"><head><title>x</title></head><body>{place.format(address)}</body></html>'
    with pytest.raises(NotRendered, match="may not load"):
        printed(html, contents())


def test_markup_in_the_words_is_printed_as_it_was_typed():
    """D3-1, D3-5"""
    pdf = render(contents(text='Before <img src="file:///etc/passwd"> after <b>bold</b>'))
    assert '<img src="file:///etc/passwd"> after <b>bold</b>' in text_of(pdf)


def test_every_page_has_its_number_the_reference_and_the_fingerprint():
    """EL-26, EL-31"""
    paper = contents(clauses=30)
    pages = pages_of(render(paper))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "XL-2026-001-A1, version 1" in page
        assert paper.sha256 in page


def test_the_certificate_says_who_signed_how_and_when():
    """EL-31"""
    paper = contents()
    text = text_of(render(paper))
    for phrase in (
        "Certificate of signatures", "Anneke Torvald 1", "Identified by a link sent to the email address on record.",
        "Marked as read: 5 of 5 sections.", "Link opened 21 November 2026, 8:00 a.m. Pacific time (UTC−7).",
        "2026-11-21 15:00:00 UTC", "21 November 2026, 8:00:00 a.m. Pacific time (UTC−7)",
        "I mean to sign.", "I consent.", "Prepared by", "Noor Castellane", "It claims no more.", "https://portal.example.test/verify/",
    ):  # fmt: skip
        assert phrase in text, phrase
    for digest, _data in paper.evidence:
        assert digest in text.replace(" ", "")
    assert "DEVELOPMENT ONLY" not in text


def test_a_unique_condition_stands_in_its_section_and_says_so():
    """EL-21"""
    text = text_of(render(contents()))
    assert "Data (unique condition) Stays in Canada." in text
    assert "5.99" in text


def test_a_development_seal_is_announced_on_every_page():
    """Signing.md 4.10: nobody takes it for more."""
    assert all("DEVELOPMENT ONLY" in page for page in pages_of(render(contents(clauses=30), development=True)))


def test_a_copy_from_before_says_on_every_page_that_it_is_not_in_force():
    """EL-31: and it carries neither certificate nor evidence."""
    paper = contents(clauses=30, standing="NOT IN FORCE: 1 of 7 signed", parties=[party("Not signed yet")])
    pdf = render(paper)
    assert all("NOT IN FORCE: 1 of 7 signed" in page for page in pages_of(pdf))
    assert "Certificate of signatures" not in text_of(pdf)
    assert "Product owner Wei Not signed yet" in text_of(pdf)
    assert set(attached(pdf)) == {"agreement.json"}


def test_the_words_and_the_evidence_are_attached_byte_for_byte():
    """EL-26, EL-27, EL-31"""
    paper = contents()
    files = attached(render(paper))
    assert files == {"agreement.json": paper.words, "evidence.json": paper.evidence_json}
    assert sha256(files["agreement.json"]) == paper.sha256


def party(when, **other):
    return {"role": "Product owner", "name": "Wei", "detail": "", "on_behalf": "", "signature": "", "when": when, **other}


def test_the_first_page_says_between_whom_and_who_signed():
    """EL-31: what an office looks for first, before the clauses."""
    first = " ".join(pages_of(render(contents(product="Cloud Pathfinder", between=["Digital Services", "Exchange Lab"])))[0].split())
    for words in (
        "Partnership agreement", "Cloud Pathfinder", "between Digital Services and Exchange Lab", "Parties and signatures",
        "Product owner Anneke Torvald 1",
    ):  # fmt: skip
        assert words in first, words


def test_who_signed_in_place_of_somebody_stands_beside_the_name():
    """EL-29: on the first page and on the certificate."""
    paper = contents()
    handed = [{"from": {"name": "Malik Adeyemi"}, "at": MOMENT.isoformat(), "confirmed_by": "Noor Castellane"}]
    signed = replace(paper, evidence=(record(1, version_sha256=paper.sha256, handed_over=handed),))
    assert text_of(render(signed)).count("in place of Malik Adeyemi") == 2


def test_no_email_address_is_printed():
    """The copy that circulates names people; their addresses stay with the lab."""
    assert "a@example.test" not in text_of(render(contents()))
