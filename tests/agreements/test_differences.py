"""What differs between two wordings, word by word (EL-25)."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from agreements.models.word_diff import ADDED, MOST_PAIRS, REMOVED, SAME, Piece, pieces

WORDS = st.sampled_from(["the", "team", "may", "not", "nine", "people", ",", ".", " ", " ", "\n\n", "- ", "owner’s", "full-time", "é"])
TEXTS = st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=60)


@given(TEXTS, TEXTS)
@example("", "")
@example("a", "")
@example("", "a")
@example("same", "same")
def test_both_texts_can_be_read_off_the_difference(before, after):
    """Nothing is lost, added or moved, to the last space."""
    parts = pieces(before, after)
    assert "".join(piece.text for piece in parts if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in parts if piece.kind != REMOVED) == after
    assert all(piece.text for piece in parts)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert pieces(text, text) == ((Piece(SAME, text),) if text else ())


@given(TEXTS, TEXTS)
def test_pieces_are_whole_runs(before, after):
    """No two neighbours of one kind; what goes stands before what comes in its place."""
    kinds = [piece.kind for piece in pieces(before, after)]
    assert all(left != right for left, right in pairwise(kinds))
    assert (ADDED, REMOVED) not in set(pairwise(kinds))


def test_words_change_as_phrases():
    """Neighbouring changed words are one change, and a comma is no part of a word."""
    assert pieces("The owner works full time, always.", "The owner works four days a week, always.") == (
        Piece(SAME, "The owner works "), Piece(REMOVED, "full time"), Piece(ADDED, "four days a week"), Piece(SAME, ", always."),
    )  # fmt: skip


def test_a_new_text_and_one_taken_out_are_one_piece():
    assert pieces("", "New words.") == (Piece(ADDED, "New words."),)
    assert pieces("Old words.", "") == (Piece(REMOVED, "Old words."),)


def test_texts_made_to_be_slow_are_shown_whole():
    """Two long texts of one word over and over would take a comparison minutes."""
    before, after = "x " + "a " * 2_000, "y " + "a " * 1_999 + "z"
    assert MOST_PAIRS < 2_000 * 1_999
    assert [piece.kind for piece in pieces(before + "end", "begin " + after)] == [REMOVED, ADDED]
