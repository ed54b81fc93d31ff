"""PDF/UA-1 is claimed, so the rules of it that a machine can see hold: in a copy, in a document, and in the sealed file."""

import io

import pikepdf
import pytest

from sealing import pades
from sealing.checks import TRIAL_PAGE
from sealing.rendering import render, typeset
from tests.agreements.sealing.papers import contents, key
from tests.agreements.sealing.ua import breaches, elements, kids, tag

MANY = [
    {"role": f"Champion {n}", "name": f"Person {n}", "detail": "Ministry of Trails", "on_behalf": "", "signature": "", "when": "Not signed yet"}
    for n in range(60)
]  # fmt: skip
WORDS = "Before the list.\n\n- one thing\n- another, long enough to run on. " + "And on. " * 60 + "\n\nAfter it."


@pytest.fixture(scope="module")
def document():
    """In force, with a table, a list and paragraphs that run over pages."""
    return render(contents(clauses=20, text=WORDS, signatures=25))


@pytest.fixture(scope="module")
def copy():
    """Not in force: a table that takes three pages."""
    return render(contents(clauses=10, text=WORDS, standing="NOT IN FORCE: 0 of 60 signed", parties=MANY))


def _tags(data, *wanted):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [tag(element) for element in elements(pdf) if tag(element) in wanted]


def test_a_document_keeps_the_rules_that_it_claims_to_keep(document):
    """K11, EL-31"""
    assert breaches(document) == []


def test_a_copy_before_that_keeps_them_too(copy):
    """K11"""
    assert breaches(copy) == []


def test_sealing_breaks_none_of_them(document, tmp_path):
    """K11: the seal's field is hidden, and the file stays PDF 1.7, as PDF/UA-1 is."""
    sealed = pades.seal(document, key(tmp_path).signer(), lab="Exchange Lab")
    assert sealed.startswith(document)
    assert breaches(sealed) == []


def test_the_page_that_a_key_is_tried_on_keeps_them_too():
    """K11"""
    assert [breach for breach in breaches(typeset(TRIAL_PAGE)) if "title" not in breach] == []


def test_a_table_that_runs_over_pages_is_one_table_with_one_head(copy):
    """K11: the head is printed again on each page and read once."""
    assert _tags(copy, "Table", "THead") == ["Table", "THead"]
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        table = next(element for element in elements(pdf) if tag(element) == "Table")
        body = next(part for part in kids(table) if tag(part) == "TBody")
        assert len(kids(body)) == len(MANY)


def test_headings_nest_and_hold_nothing_but_their_words(document):
    """K11: sections under the title, clauses under sections."""
    headings = _tags(document, "H1", "H2", "H3")
    assert headings[:4] == ["H1", "H2", "H2", "H3"]
    assert headings.count("H3") == 20 + 1 + 3


def test_what_the_words_list_is_a_list(document):
    """K11"""
    assert _tags(document, "Lbl", "LBody").count("LBody") == 2 * 20 + 3 + 5


def test_a_heading_inside_a_heading_would_be_found():
    """K11: the test's own rules bite; this is what was made before."""
    wrong = typeset(
        '<html lang="en"><title>x</title><h1>One</h1><h3>Three</h3><table><tr><td>1</td></tr></table><ul><li>x</li></ul></html>'
    )
    report = " ".join(breaches(wrong))
    assert "A heading 3 follows a heading 1." in report
    assert "A table has no head" in report


def test_a_file_of_another_version_would_be_found(document):
    """K11: the catalogue said PDF 2.0 once it was sealed."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        pdf.Root.Version = pikepdf.Name("/2.0")
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    assert any("PDF 1.7" in breach for breach in breaches(out.getvalue()))


def test_the_language_and_the_title_are_those_of_the_document(document):
    """K11"""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert str(pdf.Root.Lang) == "en-CA"
        assert str(pdf.docinfo["/Title"]) == "Partnership agreement: XL-2026-001-A1"
