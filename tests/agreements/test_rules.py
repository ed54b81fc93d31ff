"""Whether a typed name is the signer's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.reading import blocks
from agreements.rules import SigningFacts, before_signing, same_name

RIGHT = SigningFacts(
    version_open=True, words_are_current=True, party_is_current=True, invitation_live=True, role_signs=True, stage_open=True, declined=False, code_in_order=True, signed_already=False,
    own_account=True, unread=(), person_name="Dana Lee", typed_name="Dana Lee", intent=True, consent=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Dana Lee", "Dana Lee"),
        ("dana  LEE", "Dana Lee"),
        ("D. Lee", "Dana Lee"),
        ("Dana M. Lee", "Dana Lee"),
        ("Lee, Dana", "Dana Lee"),
        ("Zoe Fontaine", "Zoë Fontaine"),
        ("Anne Marie ONeill", "Anne-Marie O’Neill"),
        ("Madonna", "Madonna"),
    ],
)
def test_a_name_may_be_written_as_people_write_it(typed, known):
    """EL-27"""
    assert same_name(typed, known)


@pytest.mark.parametrize(
    ("typed", "known"),
    [("Dana", "Dana Lee"), ("Lee", "Dana Lee"), ("Kofi Lee", "Dana Lee"), ("Dana Leigh", "Dana Lee"), ("", "Dana Lee"), ("…", "Dana Lee")],
)
def test_another_name_is_not_a_signature(typed, known):
    """EL-27"""
    assert not same_name(typed, known)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_comparison(typed, known):
    """D3-1"""
    assert same_name(typed, known) in (True, False)


def test_all_in_order_leaves_nothing_to_say():
    assert list(before_signing(RIGHT)) == []


@given(st.text(max_size=200))
def test_any_text_is_laid_out_without_losing_a_word(text):
    """D3-1, D3-4: plain text in, paragraphs and items out; nothing is markup."""
    laid_out = " ".join(word for block in blocks(text) for part in (block.text, *block.items) for word in part.split())
    assert sorted(laid_out.replace("-", "").split()) == sorted(text.replace("-", "").split())
