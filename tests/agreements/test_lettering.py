"""A letter that can't be printed is named before words go out, are proposed, or are signed: a sealed page can't be changed (K1)."""

import pytest

from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.models import State
from agreements.signing import actions as signing_actions
from agreements.signing import delegation
from agreements.versions.printable import in_texts
from findings import Refused
from tests.agreements.amending import change, proposed
from tests.agreements.factories import as_party, circulated, complete_draft, draft, intent, read_all, to_sign, witness
from tests.factories import person
from tests.residencies.factories import ops


def named(refused):
    """The sentences about letters, once nothing else is in the way."""
    assert refused.value.codes == {"letter-unprintable"}
    return [finding.message for finding in refused.value.findings]


def test_each_letter_is_named_once_with_the_place_where_it_stands_first():
    """K1"""
    findings = in_texts({"clause 1.1": "plain", "clause 1.2": "🦊 and 𐐀", "clause 1.3": "𐐀 again, and \ue000"})
    assert [(finding.letter, finding.place) for finding in findings] == [
        ("🦊", "clause 1.2"),
        ("𐐀", "clause 1.2"),
        ("\ue000", "clause 1.3"),
    ]


@pytest.mark.django_db
def test_a_draft_with_a_letter_that_cannot_be_printed_does_not_go_out():
    """K1: a condition, the header and a name are looked at, and the place is said."""
    version, by = complete_draft(), ops()
    version = drafting_actions.set_conditions(version, [("Data", "Stays here 🦊")], shown_revision=version.revision, by=by)
    with pytest.raises(Refused) as refused:
        sending.circulate(version, shown_revision=version.revision, by=by)
    (message,) = named(refused)
    assert message.startswith("“🦊” in clause")
    version.refresh_from_db()
    assert version.state == State.DRAFT


@pytest.mark.django_db
def test_a_party_whose_name_cannot_be_printed_is_found_before_anybody_is_asked():
    """K1"""
    version, by = complete_draft(), ops()
    role = version.roles.filter(must_sign=True).select_related("role")[1].role
    holder = version.agreement.parties.get(role=role, to_at=None).person
    drafting_actions.set_party(version, role, person(name="Wei 𐐀"), instead_of=holder, by=by)
    with pytest.raises(Refused) as refused:
        sending.circulate(version, shown_revision=version.revision, by=by)
    assert named(refused) == ["“𐐀” in the entry for Wei 𐐀 can’t be printed on the agreement."]


@pytest.mark.django_db
def test_what_people_write_in_other_scripts_goes_out():
    """K1: the packaged fonts print it."""
    version, by = complete_draft(), ops()
    version = drafting_actions.set_conditions(version, [("語言 ਭਾਸ਼ਾ", "≥ 5 한국어 → ☐ ƛ̓ العربية")], shown_revision=version.revision, by=by)
    assert sending.circulate(version, shown_revision=version.revision, by=by).state == State.CIRCULATED


@pytest.mark.django_db
def test_a_signature_that_cannot_be_printed_is_not_taken():
    """K1: the name as it was typed is printed for good."""
    invitation = read_all(to_sign(circulated())[0])
    with pytest.raises(Refused) as refused:
        signing_actions.sign(invitation, intent(invitation, typed_name=f"{invitation.party.person.name} 🦊"), witness(invitation))
    assert named(refused) == ["“🦊” in your signature can’t be printed on the agreement."]


@pytest.mark.django_db
def test_a_change_with_a_letter_that_cannot_be_printed_is_not_proposed():
    """K1"""
    version = circulated()
    with pytest.raises(Refused) as refused:
        proposed(version, change(version, text="Four days 🦊 a week."))
    assert named(refused) == ["“🦊” in the text can’t be printed on the agreement."]


@pytest.mark.django_db
def test_somebody_whose_name_cannot_be_printed_does_not_take_a_role_over():
    """K1"""
    version = circulated()
    invitation = to_sign(version)[0]
    with pytest.raises(Refused) as refused:
        delegation.propose_hand_over(invitation, name="Wei 𐐀", email="w@example.test", reason="On leave.", by=as_party(invitation))
    assert named(refused) == ["“𐐀” in the new person’s entry can’t be printed on the agreement."]
    with pytest.raises(Refused) as refused:
        delegation.replace_party(
            version, invitation.party.role, person(name="Wei 𐐀"), reason="On leave.", instead_of=invitation.party.person, by=ops()
        )
    assert named(refused) == ["“𐐀” in the new person’s entry can’t be printed on the agreement."]


@pytest.mark.django_db
def test_the_draft_says_so_before_anybody_tries_to_send_it():
    """K1: with everything else that the draft lacks."""
    version = draft()
    version = drafting_actions.set_conditions(version, [("Data", "🦊")], shown_revision=version.revision, by=ops())
    assert "letter-unprintable" in {finding.code for finding in sending.findings_before_circulating(version)}
