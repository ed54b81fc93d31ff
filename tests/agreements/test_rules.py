"""Whether a typed name is the signer's own."""

from hypothesis import given
from hypothesis import strategies as st

from agreements.signing.rules import SigningFacts, before_signing
from sealing.contents import blocks

RIGHT = SigningFacts(
    version_open=True, words_are_current=True, party_is_current=True, invitation_live=True, role_signs=True, stage_open=True, declined=False, code_in_order=True, signed_already=False,
    own_account=True, unread=(), person_name="Dana Lee", typed_name="Dana Lee", intent=True, consent=True,
)  # fmt: skip


def test_all_in_order_leaves_nothing_to_say():
    assert list(before_signing(RIGHT)) == []


@given(st.text(max_size=200))
def test_any_text_is_laid_out_without_losing_a_word(text):
    """D3-1, D3-4: plain text in, paragraphs and items out; nothing is markup."""
    laid_out = " ".join(word for block in blocks(text) for part in (block.text, *block.items) for word in part.split())
    assert sorted(laid_out.replace("-", "").split()) == sorted(text.replace("-", "").split())
