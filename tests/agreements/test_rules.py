"""What must hold before somebody signs, answers, proposes, speaks or sends: every fact by itself."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.amendments.rules import (
    AcceptanceFacts,
    Decided,
    JoinFacts,
    ProposalFacts,
    already_decided,
    before_accepting,
    before_proposing,
)
from agreements.discussion.rules import (
    COMMENTS_AN_HOUR,
    MOST_CHARACTERS,
    SayingFacts,
    StanceFacts,
    before_saying,
    before_stance,
    called_by_name,
)
from agreements.drafting.rules import DraftFacts, before_circulating, in_turn
from agreements.models.templates import VERB_WORDS, Verb
from agreements.signing.rules import AnswerFacts, SigningFacts, before_answering, before_signing, reason_given
from agreements.versions.rules import Missing, StandFacts, VoidFacts, after_void, before_relying_on
from findings import Severity
from sealing.contents import blocks

RIGHT = SigningFacts(
    version_open=True, words_are_current=True, party_is_current=True, invitation_live=True, role_signs=True, stage_open=True, declined=False, code_in_order=True, signed_already=False,
    own_account=True, unread=(), person_name="Dana Lee", typed_name="Dana Lee", intent=True, consent=True,
    verb=VERB_WORDS[Verb.SIGN].params,
)  # fmt: skip


def test_all_in_order_leaves_nothing_to_say():
    assert list(before_signing(RIGHT)) == []


@given(st.text(max_size=200))
def test_any_text_is_laid_out_without_losing_a_word(text):
    """D3-1, D3-4: plain text in, paragraphs and items out; nothing is markup."""
    laid_out = " ".join(word for block in blocks(text) for part in (block.text, *block.items) for word in part.split())
    assert sorted(laid_out.replace("-", "").split()) == sorted(text.replace("-", "").split())


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"signed_already": True}, "signed-already"),
        ({"declined": True}, "declined"),
        ({"version_open": False}, "not-open-for-signing"),
        ({"words_are_current": False}, "words-changed"),
        ({"party_is_current": False}, "not-a-party"),
        ({"invitation_live": False}, "invitation-ended"),
        ({"role_signs": False}, "role-informed"),
        ({"stage_open": False}, "stage-not-open"),
        ({"code_in_order": False}, "code-missing"),
        ({"own_account": False}, "another-account"),
        ({"unread": ("1 Purpose",)}, "sections-unread"),
        ({"typed_name": "  "}, "name-missing"),
        ({"typed_name": "Kim Roe"}, "name-differs"),
        ({"intent": False}, "intent-missing"),
        ({"consent": False}, "consent-missing"),
        ({"misaligned": ("4.2",)}, "misaligned-unknowingly"),
    ],
)
def test_each_thing_that_is_not_in_order_is_said_and_nothing_else(fact, code):
    """EL-23, EL-27, EL-28"""
    (finding,) = before_signing(replace(RIGHT, **fact))
    assert finding.code == code
    assert finding.severity == Severity.BLOCKS
    assert finding.remedy


def test_sections_that_are_unread_are_counted_and_named():
    (finding,) = before_signing(replace(RIGHT, unread=("1 Purpose", "2 Scope")))
    assert "2 sections" in finding.message
    assert "1 Purpose; 2 Scope" in finding.message


def test_who_acknowledges_what_is_misaligned_may_sign():
    assert codes(before_signing(replace(RIGHT, misaligned=("4.2",), acknowledged=True))) == []
    assert codes(before_signing(replace(RIGHT, acknowledged=True))) == []


ANSWERS = AnswerFacts(
    version_open=True, party_is_current=True, invitation_live=True, role_signs=True, signed_already=False, declined=False,
    verb=VERB_WORDS[Verb.SIGN].params,
)  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"signed_already": True}, "signed-already"),
        ({"declined": True}, "declined"),
        ({"version_open": False}, "not-open-for-signing"),
        ({"party_is_current": False}, "not-a-party"),
        ({"invitation_live": False}, "invitation-ended"),
        ({"role_signs": False}, "role-informed"),
    ],
)
def test_a_party_declines_or_hands_over_only_what_it_is_asked(fact, code):
    """EL-29"""
    assert codes(before_answering(ANSWERS)) == []
    assert codes(before_answering(replace(ANSWERS, **fact))) == [code]


EVERYTHING_WRONG = replace(
    RIGHT, signed_already=True, declined=True, version_open=False, words_are_current=False, party_is_current=False, invitation_live=False,
    role_signs=False, stage_open=False, code_in_order=False, own_account=False, unread=("1 Purpose",), typed_name="", intent=False,
    consent=False, misaligned=("4.2",),
)  # fmt: skip


@pytest.mark.parametrize(("verb", "done"), [(Verb.ENDORSE, "endorsed"), (Verb.APPROVE, "approved")])
def test_what_is_missing_is_said_in_the_words_of_the_template_s_verb(verb, done):
    words = {"verb": VERB_WORDS[verb].params}
    findings = [*before_signing(replace(EVERYTHING_WRONG, **words)), *before_answering(replace(ANSWERS, signed_already=True, **words))]
    sentences = " ".join(f"{finding.message} {finding.remedy}" for finding in findings)

    assert f"You’ve already {done} this version." in sentences
    assert not re.findall(r"\b(?:sign|signed|signs|signing|signature)\b(?! out| in with)", sentences)


def test_a_reason_has_words():
    assert codes(reason_given("Not ours to sign.")) == []
    assert codes(reason_given(" \n")) == ["reason-missing"]


# ── Changing the words ───────────────────────────────────────────────────────────────────────

PROPOSAL = ProposalFacts(
    amendable=True, invited=True, since="", place_exists=True, kind="change", was=("Data", "Old."), wanted=("Data", "New."), reason="It moved."
)  # fmt: skip

JOINS = JoinFacts(named=True, has_address=True, role_is_taken=False)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, []),
        ({"kind": "remove", "wanted": ("", "")}, []),
        ({"amendable": False}, ["nothing-to-amend"]),
        ({"since": "Version 2 came out."}, ["version-changed"]),
        ({"invited": False}, ["invitation-ended"]),
        ({"place_exists": False}, ["clause-unknown"]),
        ({"place_exists": False, "amendable": False}, ["nothing-to-amend"]),
        ({"place_exists": False, "since": "Version 2 came out."}, ["version-changed"]),
        ({"wanted": ("", "New.")}, ["words-missing"]),
        ({"wanted": ("Data", "")}, ["words-missing"]),
        ({"wanted": ("Data", "Old.")}, ["nothing-changed"]),
        ({"reason": " "}, ["reason-missing"]),
        ({"amendable": False, "since": "Version 2 came out."}, ["nothing-to-amend"]),
        ({"kind": "header"}, []),
        ({"kind": "date", "wanted": ("", "2027-03-31")}, []),
        ({"kind": "header", "wanted": ("", "")}, ["words-missing"]),
        ({"kind": "header", "wanted": ("", "Old.")}, ["nothing-changed"]),
        ({"kind": "date", "wanted": ("Data", "Old.")}, ["nothing-changed"]),
        ({"kind": "join", "joining": JOINS}, []),
        ({"kind": "join", "joining": JOINS, "wanted": ("", "")}, ["role-missing"]),
        ({"kind": "join", "joining": replace(JOINS, role_is_taken=True)}, ["role-exists"]),
        ({"kind": "join", "joining": replace(JOINS, named=False)}, ["party-missing"]),
        ({"kind": "join", "joining": replace(JOINS, has_address=False)}, ["party-without-address"]),
        ({"kind": "join", "joining": JoinFacts(False, False, True), "wanted": ("", "")}, ["role-missing", "party-missing"]),
    ],
)
def test_a_change_is_proposed_to_words_that_stand(fact, expected):
    """EL-25, EL-34"""
    assert codes(before_proposing(replace(PROPOSAL, **fact))) == expected


ACCEPTANCE = AcceptanceFacts(amendable=True, since="", chosen=1, decided=(), clashing=(), reason="Agreed.")
REJECTED = Decided("Clause 4", "rejected", "", "1 March 2026")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, []),
        ({"amendable": False}, ["nothing-to-amend"]),
        ({"since": "Version 2 came out."}, ["version-changed"]),
        ({"chosen": 0}, ["no-amendment-chosen"]),
        ({"decided": (REJECTED,)}, ["amendment-decided"]),
        ({"clashing": ("Clause 4", "Clause 7")}, ["amendments-clash", "amendments-clash"]),
        ({"reason": ""}, ["reason-missing"]),
    ],
)
def test_amendments_that_are_open_and_do_not_clash_make_the_next_version(fact, expected):
    """EL-25"""
    assert codes(before_accepting(replace(ACCEPTANCE, **fact))) == expected


def test_who_decided_is_named_and_the_portal_when_it_was_no_person():
    assert "the portal" in already_decided(REJECTED).message
    by_noor = already_decided(replace(REJECTED, by="Noor")).message
    assert "Noor" in by_noor
    assert "the portal" not in by_noor


# ── Discussing ───────────────────────────────────────────────────────────────────────────────

STANCE = StanceFacts(
    invitation_live=True,
    version_open=True,
    signed=False,
    clause_known=True,
    value_known=True,
    misaligned=False,
    note="",
    verb=VERB_WORDS[Verb.SIGN].params,
)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, []),
        ({"invitation_live": False}, ["invitation-ended"]),
        ({"signed": True}, ["stance-after-signing"]),
        ({"signed": True, "version_open": False}, ["stance-after-signing"]),
        ({"version_open": False}, ["stance-closed"]),
        ({"clause_known": False}, ["no-such-clause"]),
        ({"value_known": False}, ["no-such-clause"]),
        ({"misaligned": True}, ["misaligned-without-why"]),
        ({"misaligned": True, "note": "It contradicts clause 3."}, []),
        ({"misaligned": True, "clause_known": False}, ["no-such-clause"]),
        ({"note": "x" * MOST_CHARACTERS}, []),
        ({"note": "x" * (MOST_CHARACTERS + 1)}, ["text-too-long"]),
    ],
)
def test_a_stance_is_about_a_clause_that_is_out_for_signing(fact, expected):
    """EL-24"""
    assert codes(before_stance(replace(STANCE, **fact))) == expected


SAYING = SayingFacts(may_speak=True, version_talks=True, clause_known=True, text="Why thirty days?", said_this_hour=0)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, []),
        ({"may_speak": False}, ["invitation-ended"]),
        ({"version_talks": False}, ["talk-closed"]),
        ({"clause_known": False}, ["no-such-clause"]),
        ({"text": " \n"}, ["nothing-said"]),
        ({"text": "x" * MOST_CHARACTERS}, []),
        ({"text": "x" * (MOST_CHARACTERS + 1)}, ["text-too-long"]),
        ({"said_this_hour": COMMENTS_AN_HOUR - 1}, []),
        ({"said_this_hour": COMMENTS_AN_HOUR}, ["too-many-comments"]),
    ],
)
def test_a_comment_has_words_a_place_and_a_limit_an_hour(fact, expected):
    """EL-24"""
    assert codes(before_saying(replace(SAYING, **fact))) == expected


def test_the_limits_of_discussion_are_four_thousand_characters_and_forty_comments_an_hour():
    assert (MOST_CHARACTERS, COMMENTS_AN_HOUR) == (4000, 40)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Dana Lee, what do you think?", {1}),
        ("@dana lee", {1}),
        ("@Dana Leeds", {3}),
        ("@Dana", {2}),
        ("@Dana_x", set()),
        ("@Dana7", set()),
        ("mail@Dana", set()),
        ("@ Dana", set()),
        ("@Dana and @Dana Lee", {1, 2}),
        ("Dana", set()),
    ],
)
def test_a_text_calls_by_name_whoever_stands_whole_after_an_at_sign(text, called):
    """EL-24: the longest name that fits."""
    assert called_by_name(text, {1: "Dana Lee", 2: "Dana", 3: "Dana Leeds", 4: ""}) == called


def test_two_people_of_one_name_are_both_called():
    assert called_by_name("@Dana", {1: "Dana", 2: "DANA"}) == {1, 2}


# ── Drafting, and relying on what was agreed ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stages", "in_order"), [({1: 1, 2: 2}, {1: 1, 2: 2}), ({1: 30, 2: 10, 3: 30}, {1: 2, 2: 1, 3: 2}), ({}, {}), ({5: 0}, {5: 1})]
)
def test_stages_are_counted_from_one_without_gaps(stages, in_order):
    """EL-30"""
    assert in_turn(stages) == in_order


DRAFT = DraftFacts(
    unfilled=(),
    without_address=(),
    empty_header=(),
    filled_to_sign=2,
    signing_sides=("lab", "program"),
    must_sign={"lab": "the lab", "program": "the program area"},
)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({}, []),
        ({"unfilled": ("Sponsor", "Owner")}, ["role-unfilled", "role-unfilled"]),
        ({"without_address": ("Dana",)}, ["party-without-address"]),
        ({"empty_header": ("Term",)}, ["header-empty"]),
        ({"signing_sides": ("lab",)}, ["side-without-signer"]),
        ({"signing_sides": ()}, ["side-without-signer", "side-without-signer"]),
    ],
)
def test_a_draft_goes_out_with_both_sides_an_address_each_and_a_whole_header(fact, expected):
    """EL-21, EL-22"""
    assert codes(before_circulating(replace(DRAFT, **fact))) == expected


SIGNS = VERB_WORDS[Verb.SIGN].params
DANA, KIM = Missing("Dana", "Sponsor", SIGNS), Missing("Kim", "Owner", SIGNS, declined=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (StandFacts(True, True, True, (DANA,)), []),
        (StandFacts(True, True, True, (DANA,), paper_waits=True), []),
        (StandFacts(False, False, False, ()), ["no-agreement"]),
        (StandFacts(True, False, False, ()), ["agreement-not-circulated"]),
        (StandFacts(True, False, True, (DANA, KIM)), ["not-signed", "declined-to-sign"]),
        (StandFacts(True, False, True, (KIM, DANA)), ["declined-to-sign", "not-signed"]),
        (StandFacts(False, False, False, (), paper_waits=True), ["paper-unconfirmed"]),
        (StandFacts(True, False, True, (DANA,), paper_waits=True), ["paper-unconfirmed"]),
    ],
)
def test_what_is_not_in_force_names_every_step_that_is_missing(facts, expected):
    """EL-31"""
    assert codes(before_relying_on(facts)) == expected


@pytest.mark.parametrize(("in_force", "voided", "expected"), [(True, True, []), (False, False, []), (False, True, ["agreement-voided"])])
def test_a_void_agreement_keeps_back_until_another_is_in_force(in_force, voided, expected):
    """EL-33"""
    assert codes(after_void(VoidFacts(voided=voided, in_force=in_force, made_anew=False))) == expected


def test_a_void_agreement_says_whether_to_make_or_to_sign_the_new_one():
    remedies = [next(after_void(VoidFacts(voided=True, in_force=False, made_anew=new))).remedy for new in (True, False)]
    assert "parties to the new agreement" in remedies[0]
    assert "Prepare a new agreement" in remedies[1]
