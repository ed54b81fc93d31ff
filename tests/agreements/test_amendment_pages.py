"""The pages on which words are changed, for lab operations, readers and parties (EL-25, EL-33, EL-34)."""

import pytest
from django.test import Client
from django.urls import reverse

from agreements.amendments import actions
from agreements.amendments.actions import Wording
from agreements.models import Agreement, Amendment, State
from residencies.lifecycle import actions as lifecycle_actions
from tests.agreements.amending import WORDS, accepted, amended, change, newest, proposed, voided
from tests.agreements.factories import circulated, draft, in_force, read_all, sign, to_sign, token_for
from tests.factories import account
from tests.pages import text
from tests.residencies.factories import applicant, ops, qualified_residency
from tests.web.browsing import form_with
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = ops(name="Noor Castellane")
    client.force_login(user)
    return user


begins_with = made_once(circulated)


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


def url(name, version, *args):
    return reverse(name, args=[version.agreement.subject.reference, *args])


def party_of(invitation):
    """A browser that came by a link of this invitation."""
    visitor = Client()
    visitor.post(f"/a/{token_for(invitation)}")
    return visitor


def sent(page, **written):
    """What a browser sends: the form as it was shown, and what was written."""
    return form_with(page, *written).fields | written


# ── Lab operations ───────────────────────────────────────────────────────────────────────────


def test_an_officer_proposes_accepts_and_everybody_is_asked_anew(client, officer, version):
    """EL-25: from the agreement's page to version 2."""
    where = client.get(url("amendment-propose", version))
    assert "?clause=2.1" in where.content.decode()
    page = client.get(url("amendment-propose", version) + "?clause=2.1")
    assert page.context["form"]["text"].value() == version.clauses.get(number="2.1").text
    answer = client.post(page.request["PATH_INFO"] + "?clause=2.1", sent(page, text=WORDS, reason="So it is.", at_request_of="Counsel"))
    assert answer.status_code == 302
    amendment = Amendment.objects.get()
    assert (amendment.entered_by, amendment.at_request_of, amendment.text) == (officer, "Counsel", WORDS)
    assert "One proposed change is waiting" in text(client.get(url("agreement", version)))
    address = url("amendments-accept", version) + f"?amendment={amendment.pk}"
    page = client.get(address)
    assert "Version 1 can still be read" in text(page)
    assert client.post(address, sent(page, reason="Agreed.")).status_code == 302
    assert newest(version).clauses.get(number="2.1").text == WORDS
    assert "Version 2" in text(client.get(url("agreement-versions", version)))


def test_a_new_clause_and_one_taken_out_are_proposed_on_the_same_page(client, officer, version):
    """EL-25"""
    address = url("amendment-propose", version)
    page = client.get(f"{address}?section=8")
    assert "kind" not in page.context["form"].fields
    client.post(f"{address}?section=8", sent(page, heading="Health data", text="It stays closed.", reason="It is sensitive."))
    page = client.get(f"{address}?clause=2.1")
    client.post(f"{address}?clause=2.1", sent(page, kind="remove", reason="It says nothing."))
    assert list(Amendment.objects.values_list("kind", flat=True)) == ["add", "remove"]


def test_a_stale_page_says_who_changed_what_and_keeps_what_was_written(client, officer, version):
    """EL-25, R14: sent again, it is taken as meant for the words that stand now."""
    address = url("amendment-propose", version) + "?clause=3.1"
    page = client.get(address)
    accepted(proposed(version, change(version, clause="2.1", heading="Help")), by=officer)
    refused = client.post(address, sent(page, text=WORDS, reason="So."))
    assert refused.status_code == 409
    assert "Noor Castellane sent version 2" in text(refused)
    assert "2.1 Help" in text(refused)
    kept = form_with(refused, "text").fields
    assert (kept["text"], kept["reason"]) == (WORDS, "So.")
    assert not Amendment.objects.open().exists()
    assert client.post(address, kept).status_code == 302
    assert Amendment.objects.open().get().version == newest(version)


def test_a_stale_acceptance_says_who_changed_what(client, officer, version):
    """EL-25"""
    first, second = proposed(version, change(version, clause="2.1")), proposed(version, change(version, clause="3.1"))
    address = url("amendments-accept", version) + f"?amendment={second.pk}"
    page = client.get(address)
    accepted(first, by=officer)
    refused = client.post(address, sent(page, reason="Yes."))
    assert refused.status_code == 409
    assert "Noor Castellane sent version 2" in text(refused)
    assert newest(version).number == 2
    again = client.post(address, form_with(refused, "reason").fields)
    assert again.status_code == 302
    assert newest(version).number == 3


def test_nothing_ticked_leads_back_with_what_to_do(client, officer, version):
    """EL-25"""
    answer = client.get(url("amendments-accept", version), follow=True)
    assert "Select the changes you want to accept" in text(answer)


def test_nothing_is_offered_to_be_proposed_once_the_residency_has_ended(client, officer, version):
    residency = version.agreement.subject
    proposed(version)
    assert "Propose a change" in client.get(url("agreement-amendments", version)).content.decode()
    lifecycle_actions.withdraw(residency, reason="The program area has changed.", by=officer)
    assert "Propose a change" not in client.get(url("agreement-amendments", version)).content.decode()


def test_a_rejection_and_taking_back_ask_first(client, officer, version):
    """EL-25"""
    amendment, own = proposed(version, invitation=to_sign(version)[0]), proposed(version)
    page = client.get(url("amendment-reject", version, amendment.pk))
    assert client.post(page.request["PATH_INFO"], sent(page, reason="")).status_code == 200
    assert client.post(page.request["PATH_INFO"], sent(page, reason="The law.")).status_code == 302
    again = client.post(page.request["PATH_INFO"], {**sent(page, reason="Once more."), "submission": ""})
    assert again.status_code == 409
    assert "Rejected" in text(again)
    page = client.get(url("amendment-withdraw", version, own.pk))
    assert client.post(page.request["PATH_INFO"], form_with(page, "submission").fields).status_code == 302
    assert set(Amendment.objects.values_list("state", flat=True)) == {"rejected", "withdrawn"}


def test_a_reader_sees_the_change_log_and_no_button(client, version):
    """EL-25, D3-36: a viewer, and the owner of the residency."""
    amended(version)
    proposed(newest(version), change(newest(version), clause="2.1"))
    client.force_login(account("viewer"))
    page = text(client.get(url("agreement-amendments", version)))
    assert "It can't be kept as it stands." in page
    assert "Accept this change" not in page
    assert client.get(url("agreement-versions", version)).status_code == 200
    for name in ("amendment-propose", "amendments-accept", "agreement-void"):
        assert client.get(url(name, version)).status_code == 403
    client.force_login(applicant())
    assert client.get(url("agreement-versions", version)).status_code == 404


def test_words_that_changed_are_marked_for_eyes_and_for_ears(client, officer, version):
    """EL-25, WCAG 1.4.1: struck through, underlined and said."""
    proposed(
        version, change(version, clause="2.1", text=version.clauses.get(number="2.1").text.replace("does not charge", "charges nothing"))
    )
    page = client.get(url("agreement-amendments", version)).content.decode()
    assert '<del class="gone"><span class="visually-hidden">[removed: </span>does not charge<span' in page
    assert '<ins class="come"><span class="visually-hidden">[new: </span>charges nothing<span' in page


def test_words_of_parties_are_never_markup(client, officer, version):
    """D3-40"""
    proposed(version, change(version, text="<script>alert(1)</script>"), reason="<b>bold</b>", at_request_of="<i>me</i>")
    for name in ("agreement-amendments",):
        page = client.get(url(name, version)).content.decode()
        assert "<script>alert" not in page
        assert "<b>bold" not in page


def test_the_page_of_one_in_force_that_is_amended_says_which_holds(client, officer):
    """EL-34"""
    version = in_force()
    amended(version)
    page = text(client.get(url("agreement", version)))
    assert "Version 1 has been in force since" in page
    assert "stays in force until everyone has signed version 2" in page
    assert "In force since" in text(client.get(url("agreement-version", version, 1)))
    assert "Not in force yet: 0 of 7 have signed." in text(client.get(url("agreement-version", version, 2)))


def test_pages_cost_the_same_with_many_amendments(client, officer, version, django_assert_max_num_queries):
    """D3: a list asks a constant number of times."""
    for number in ("1.1", "2.1", "3.1", "4.1", "5.1", "6.1"):
        proposed(version, change(version, clause=number), invitation=to_sign(version)[0])
    with django_assert_max_num_queries(30) as many:
        client.get(url("agreement-amendments", version))
    Amendment.objects.open().exclude(clause__number="1.1").update(state="withdrawn", decided_at="2026-01-01T00:00Z")
    with django_assert_max_num_queries(30) as few:
        client.get(url("agreement-amendments", version))
    assert len(many) == len(few)


# ── Voiding ──────────────────────────────────────────────────────────────────────────────────


def test_voiding_says_first_what_it_does_and_a_new_one_takes_over(client, officer, version):
    """EL-33"""
    page = client.get(url("agreement-void", version))
    assert "Version 1 is no longer open for signature." in text(page)
    assert "7 people will get an email" in text(page)
    assert client.post(page.request["PATH_INFO"], sent(page, reason="The branch was merged.")).status_code == 302
    start = client.get(url("agreement", version))
    assert "was voided on" in text(start)
    assert "The branch was merged." in text(start)
    old = client.get(url("agreement-earlier", version, 1, 1))
    assert "VOID since" in text(old)
    assert (
        client.post(url("agreement", version), sent(start, take_over="on", template=version.agreement.template_version_id)).status_code
        == 302
    )
    anew = Agreement.objects.get(voided_at=None)
    assert anew.replaces == version.agreement
    assert anew.parties.filter(to_at=None).count() == 7
    log = text(client.get(url("agreement-versions", version)))
    assert f"Replaces {version.agreement.reference}." in log
    assert "Void since" in log


def test_voiding_from_an_old_page_is_refused(client, officer, version):
    """EL-33"""
    page = client.get(url("agreement-void", version))
    amended(version)
    refused = client.post(page.request["PATH_INFO"], sent(page, reason="Over."))
    assert refused.status_code == 409
    assert "Version 2 is now “Sent to parties”" in text(refused)


def test_a_draft_is_given_up_from_its_own_page(client, officer):
    """EL-33"""
    version = draft()
    assert url("agreement-void", version) in client.get(url("agreement", version)).content.decode()
    page = client.get(url("agreement-void", version))
    assert client.post(page.request["PATH_INFO"], sent(page, reason="Wrong template.")).status_code == 302
    assert client.get(url("agreement-header", version)).status_code == 404


# ── A party ──────────────────────────────────────────────────────────────────────────────────


def test_a_party_proposes_from_the_clause_and_takes_it_back(version):
    """EL-25"""
    invitation = to_sign(version)[2]
    visitor = party_of(invitation)
    address = reverse("sign-propose", args=[invitation.pk])
    clause = reverse("sign-talk", args=[invitation.pk, "2.1"])
    assert clause in visitor.get(reverse("sign-read", args=[invitation.pk])).content.decode()
    assert f"{address}?clause=2.1" in visitor.get(clause).content.decode()
    page = visitor.get(f"{address}?clause=2.1")
    answer = visitor.post(f"{address}?clause=2.1", sent(page, text=WORDS, reason="Four days."))
    assert answer["Location"] == reverse("sign-changes", args=[invitation.pk])
    amendment = Amendment.objects.get()
    assert amendment.party == invitation.party
    assert "Four days." in text(visitor.get(answer["Location"]))
    page = visitor.get(reverse("sign-withdraw-amendment", args=[invitation.pk, amendment.pk]))
    assert visitor.post(page.request["PATH_INFO"], form_with(page, "submission").fields).status_code == 302
    amendment.refresh_from_db()
    assert amendment.state == "withdrawn"


def test_a_party_reads_others_proposals_and_cannot_take_them_back(version):
    """EL-25, D3-36"""
    mine, other = to_sign(version)[:2]
    amendment = proposed(version, invitation=other, reason="Their reason.")
    visitor = party_of(mine)
    assert "Their reason." in text(visitor.get(reverse("sign-changes", args=[mine.pk])))
    assert visitor.get(reverse("sign-withdraw-amendment", args=[mine.pk, amendment.pk])).status_code == 404
    assert visitor.get(reverse("sign-changes", args=[other.pk])).status_code == 302


def test_a_party_that_signed_is_told_so_reads_what_changed_and_signs_again(version):
    """EL-25: only the changed section is left to read."""
    first = to_sign(version)[0]
    sign(first)
    second = amended(version, clause="2.1")
    invitation = next(each for each in to_sign(second) if each.party_id == first.party_id)
    visitor = party_of(invitation)
    start = text(visitor.get(reverse("sign", args=[invitation.pk])))
    assert "You signed version 1 on" in start
    assert "Version 2 changed one clause:" in start
    page = visitor.get(reverse("sign-read", args=[invitation.pk]))
    assert page.context["room"].unread_numbers == [2]
    assert "Changed in this version" in text(page)
    visitor.post(reverse("sign-read", args=[invitation.pk]), {"section": "2"})
    page = visitor.get(reverse("sign-sign", args=[invitation.pk]))
    name = invitation.party.person.name
    answer = visitor.post(page.request["PATH_INFO"], sent(page, typed_name=name, intends="on", consents="on"))
    assert answer.status_code == 302
    assert second.signatures.get().party == invitation.party


def test_the_old_link_reads_on_and_says_where_the_new_words_are(version):
    """EL-25, EL-28"""
    invitation = read_all(to_sign(version)[0])
    visitor = party_of(invitation)
    address = reverse("sign-propose", args=[invitation.pk])
    page = visitor.get(f"{address}?clause=2.1")
    amended(version)
    assert "A later version has replaced this one." in text(visitor.get(reverse("sign", args=[invitation.pk])))
    assert visitor.get(f"{address}?clause=2.1").status_code == 302
    refused = visitor.post(f"{address}?clause=2.1", sent(page, text=WORDS, reason="Four days."))
    assert refused.status_code == 409
    assert "sent version 2" in text(refused)
    assert WORDS in refused.content.decode()


def test_a_void_agreement_is_read_with_its_reason(version):
    """EL-33"""
    invitation = to_sign(version)[0]
    visitor = party_of(invitation)
    voided(version, reason="The ministry was merged.")
    assert "The ministry was merged." in text(visitor.get(reverse("sign", args=[invitation.pk])))
    assert "VOID since" in text(visitor.get(reverse("sign-paper", args=[invitation.pk])))
    assert visitor.get(reverse("sign-sign", args=[invitation.pk])).status_code == 302


def test_two_presses_propose_once(version):
    """R12"""
    invitation = to_sign(version)[0]
    visitor = party_of(invitation)
    address = reverse("sign-propose", args=[invitation.pk]) + "?clause=2.1"
    written = sent(visitor.get(address), text=WORDS, reason="Four days.")
    assert [visitor.post(address, written).status_code for _press in range(3)] == [302] * 3
    assert Amendment.objects.count() == 1


def test_the_owner_of_the_residency_reads_versions_and_changes_nothing(client):
    """EL-25, D3-36"""
    owner = applicant()
    version = circulated(residency=qualified_residency(by=owner))
    actions.reject_amendment(proposed(version, Wording("remove", "2.1")), reason="Needed.", by=ops())
    client.force_login(owner)
    assert "Needed." in text(client.get(url("agreement-amendments", version)))
    assert client.get(url("amendment-propose", version)).status_code == 403
    assert newest(version).state == State.CIRCULATED
