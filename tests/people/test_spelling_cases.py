"""Cases of cleaning and comparing that the tables of names leave open (EL-27)."""

import pytest

from spelling.clean import clean_text, unsafe_link
from spelling.compare import same_name, search_words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("👩\u200d🔬", True),  # a compound emoji
        ("क\u200dक", True),  # between letters of a script that joins them
        ("a\u200db", False),
        ("क\u200da", False),
        ("\u200dक", False),
        ("a\u200c\U0001f52c", False),
        ("☕\u200ca", False),  # only the joiner makes an emoji, not the non-joiner
    ],
)
def test_a_joiner_stays_only_where_it_is_seen(text, kept):
    assert (any(joiner in clean_text(text) for joiner in "\u200c\u200d")) == kept


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x", "https:///path", "https://user@example.org/", "https://example.org\\evil", "https://exa mple.org/",
        "https://example.org/\u200b", "javascript:alert(1)", "https://example.org:99999/", "//example.org/", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url):
    assert unsafe_link(url)


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://example.org:8080/a?b=c#d", " https://example.org/ ", "HTTPS://EXAMPLE.ORG/"]
)
def test_a_plain_web_address_is_taken(url):
    assert unsafe_link(url) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zoë O’Brien-Müller", ["zoe", "obrien", "muller"]),
        ("zoe.obrien@example.org", ["zoe", "obrien", "example", "org"]),
        ("a_b+c", ["a", "b", "c"]),
        (" \n ", []),
    ],
)
def test_a_text_is_found_by_its_words_without_accents(text, words):
    assert search_words(text) == words


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Ng, Elizabeth", "Elizabeth Ng", True),
        ("Ng, Elizabeth, CPA", "Elizabeth Ng", True),
        ("Ng, Elizabeth, Jr.", "Elizabeth Ng Jr", True),
        ("Ng, Elizabeth, Jr.", "Elizabeth Ng Sr", False),
        ("Elizabeth Ng, PhD, CPA", "Elizabeth Ng", True),
        ("Elizabeth Ng III", "Elizabeth Ng", True),
        ("Elizabeth Ng III", "Elizabeth Ng II", False),
        ("Dr. Elizabeth Ng", "Elizabeth Ng", True),
        ("The Hon. Elizabeth Ng", "Elizabeth Ng", True),
        ("Chief Ng", "Elizabeth Ng", False),
        ("Ma Li", "Li Ma", True),  # "ma" is a name here, not a degree
        ("P.Eng Ng", "Elizabeth Ng", False),
        ("J.R. Smith", "John Smith", True),
        ("Mac Donald, Fiona", "Fiona MacDonald", True),
    ],
)
def test_titles_letters_and_generations_are_read_where_they_stand(left, right, same):
    assert same_name(left, right) == same
