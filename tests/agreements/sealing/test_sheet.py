"""Paper equals screen: everything that is signed is on the sheet, in its order, in letters that we brought ourselves (K1, K11)."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTContainer

from sealing import fonts
from sealing.rendering import render
from tests.agreements.sealing.papers import contents, fonts_of, record
from tests.agreements.sealing.ua import breaches, read_aloud

MM = 72 / 25.4
LEFT, RIGHT, FOOT, HEAD = 20 * MM, 612 - 20 * MM, 24 * MM, 792 - 22 * MM
HAIR = 1.0  # an italic letter leans this far over its own width
LINK = (
    "https://example.test/sites/partner/Shared%20Documents/Forms/AllItems.aspx?id=%2Fsites%2Fpartner%2FShared%20Documents%2FAgreements"
    "%2FResidency%2FAccess%20rules%2Epdf&parent=%2Fsites%2Fpartner%2FShared"
)
SCRIPTS = {
    "Punjabi": "ਪੰਜਾਬੀ ਵਿੱਚ ਸਮਝੌਤਾ", "Traditional Chinese": "合作協議書", "Simplified Chinese": "合作协议书", "Korean": "협력 합의서",
    "Japanese": "協定書 かな カナ", "Arabic": "اتفاقية شراكة", "Persian": "توافق‌نامهٔ همکاری", "Hebrew": "הסכם שותפות", "Hindi": "साझेदारी समझौता",
    "Ukrainian": "Угода про партнерство", "syllabics": "ᐊᓂᔑᓈᐯᒧᐎᓐ ᑕᗸᘏ", "Heiltsuk": "Haíɫzaqv k̓ʷ x̌ λ ƛ̓ ḷ", "Nuu-chah-nulth": "nuučaan̓uł ʕ ʔ",
    "SENĆOŦEN": "SENĆOŦEN ȽÁU, WELṈEW̱", "signs": "≥ ≤ ≠ → ☐ ☑ ✓ ½ №", "Vietnamese": "Thỏa thuận hợp tác",
}  # fmt: skip


def strays(pdf: bytes) -> list[str]:
    """Every letter that stands outside the page's margins, or under its foot."""
    return [
        f"page {number}: {letter.get_text()!r} at {letter.x0:.1f}–{letter.x1:.1f}, {letter.y0:.1f}"
        for number, page in enumerate(extract_pages(io.BytesIO(pdf), laparams=LAParams(all_texts=True)), 1)
        for letter in _glyphs(page)
        if letter.get_text().strip() and not _on_the_sheet(letter)
    ]


def _glyphs(part):
    if isinstance(part, LTChar):
        yield part
    elif isinstance(part, LTContainer):
        for inner in part:
            yield from _glyphs(inner)


def _on_the_sheet(letter) -> bool:
    across = letter.x0 >= LEFT - HAIR and letter.x1 <= RIGHT + HAIR
    in_margin = letter.size < 9 and letter.y0 > 20 and letter.y1 < 780  # the running lines above and below
    return across and (in_margin or (letter.y0 >= FOOT - 4 and letter.y1 <= HEAD + 4))


def test_the_long_link_that_ran_off_the_sheet_is_on_it():
    """K11: cases/D04."""
    pdf = render(contents(text=f"Access rules: {LINK}"))
    assert strays(pdf) == []
    assert LINK in read_aloud(pdf)


@pytest.mark.parametrize(
    "long", ["W" * 400, "ᐊ" * 200, "協" * 200, LINK * 2, "a\u00a0b" * 90], ids=["W", "syllabics", "Chinese", "link", "no-break"]
)
def test_nothing_long_leaves_the_sheet_wherever_it_stands(long):
    """K11: in the header, the product, a heading, a clause, a list, the lab's name, a typed name, a role, a title, an address."""
    paper = contents(
        clauses=5, text=f"{long}\n\n- {long}\n- {long}", product=long, between=[long, long], lab=long, prepared_by=long,
        amendments=[long], informed=[{"role": long, "name": long}], verify_url=f"https://example.test/{'x' * 200}",
        heading=long, header=long,
    )  # fmt: skip
    person = {"name": long, "title": long, "organisation": long}
    signed = record(1, typed_name=long[:200], person=person, role={"role": long, "side": "lab", "stage": 1})
    pdf = render(replace(paper, evidence=(signed,)))
    assert strays(pdf) == []
    assert read_aloud(pdf).count("".join(long.split())) >= 5 * 3


@pytest.fixture(scope="module")
def many_scripts():
    """A document in every script at once, and what is read aloud of it."""
    pdf = render(contents(text="\n\n".join(SCRIPTS.values())))
    return pdf, read_aloud(pdf)


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_people_in_bc_write_is_printed(name, many_scripts):
    """K1: no box, and read as it was written."""
    assert fonts.unprintable(SCRIPTS[name]) == []
    assert "".join(SCRIPTS[name].split()) in many_scripts[1]


def test_every_script_is_printed_in_fonts_that_we_brought(many_scripts):
    """K1, K11: no font of the machine, whatever is installed on it; nothing off the sheet; and still PDF/UA."""
    pdf, _words = many_scripts
    assert {font.split("-")[0] for font in fonts_of(pdf)} == {"BC", "Noto"}
    assert strays(pdf) == []
    assert breaches(pdf) == []


def test_every_script_comes_out_the_same_in_another_process(many_scripts):
    """K1, EL-31: the fonts are cut anew each time a process starts, and the bytes must not tell."""
    fonts._cut.cache_clear()
    fonts._shelf.cache_clear()
    assert render(contents(text="\n\n".join(SCRIPTS.values()))) == many_scripts[0]


def test_the_machines_own_fonts_are_never_used():
    """K1: a letter that only a font of the machine has is not printed with it."""
    assert fonts.unprintable("Thai: ไทย") == ["ไ", "ท", "ย"]
    assert fonts_of(render(contents(text="Thai: ไทย"))) == fonts_of(render(contents()))


@pytest.mark.parametrize("text", ["", "Plain words, “quoted”, 50 % – and\u00a0so on…\n", "e\u0301 k\u0313\u02b7", "a\u200d\ufe0fb\u2028"])
def test_ordinary_words_spaces_and_joiners_are_nothing_to_complain_of(text):
    """K1"""
    assert fonts.unprintable(text) == []


def test_letters_that_no_font_has_are_named_once_each_in_their_order():
    """K1"""
    assert fonts.unprintable("𐐀 and 🦊, then 𐐀 again and \ue000") == ["𐐀", "🦊", "\ue000"]


WORD = st.text(
    st.one_of(
        st.characters(min_codepoint=0x21, max_codepoint=0x7E), st.sampled_from("éłøđŦꞌ̓ʷ"), st.characters(min_codepoint=0x1401, max_codepoint=0x166C),
        st.sampled_from("合作協議书한국어УгодаΔλ≥→☐✓"),
    ),
    min_size=1, max_size=120,
)  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=40))
def test_every_word_of_a_clause_is_on_the_sheet_in_its_order(words):
    """K11: whatever is written, it is printed, all of it, inside the margins."""
    text = " ".join(words).replace("- ", "-")
    pdf = render(contents(text=f"x{text}"))
    assert strays(pdf) == []
    assert "".join(f"x{text}".split()) in read_aloud(pdf)
