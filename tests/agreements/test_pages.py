"""The agreement's pages for lab operations and for readers of its subject."""

import pytest
from django.urls import reverse

from acts.act import SYSTEM
from agreements.drafting import templates
from agreements.drafting.actions import set_signatories
from agreements.invitations import actions
from agreements.models import Agreement, Invitation, Party, Signatory, State
from outbox.models import Message
from people.models import Person
from residencies.models import Intake
from tests.agreements.factories import as_party, circulated, complete_draft, draft, in_force, sign, to_sign, token_for
from tests.factories import account, person
from tests.pages import text
from tests.residencies.factories import applicant, ops, qualified_residency, residency_in_review
from tests.web.browsing import form_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = ops()
    client.force_login(user)
    return user


def url(name, version, *args):
    return reverse(name, args=[version.agreement.subject.reference, *args])


def sent(response, **other):
    """What a browser would send back: the form's hidden fields, and `other`."""
    form = response.context["form"]
    return {**{f.html_name: f.value() or "" for f in form}, **other}


def test_an_officer_makes_the_agreement_from_the_template(client, officer):
    """EL-20"""
    template = templates.install_standard_template(by=SYSTEM)
    residency = qualified_residency()
    page = client.get(reverse("agreement", args=[residency.reference]))
    response = client.post(page.request["PATH_INFO"], sent(page, template=template.pk))
    assert response.status_code == 302
    assert Agreement.objects.get().stream == residency.stream
    assert client.get(response["Location"]).context["version"].is_draft


def test_before_qualifying_the_page_says_what_stands_in_the_way_and_a_post_is_refused(client, officer):
    """EL-13, D3-10"""
    template = templates.install_standard_template(by=SYSTEM)
    residency = residency_in_review()
    address = reverse("agreement", args=[residency.reference])
    assert len(client.get(address).context["findings"]) == 7
    response = client.post(address, {"template": template.pk})
    assert response.status_code == 409
    assert not Agreement.objects.exists()


def test_a_product_owner_sees_the_draft_and_changes_nothing(client):
    """EL-20, D3-36"""
    owner = applicant()
    version = draft(residency=qualified_residency(by=owner))
    client.force_login(owner)
    page = client.get(url("agreement", version))
    assert page.status_code == 200
    assert "Send for signature" not in page.content.decode()
    for name in ("agreement-header", "agreement-conditions", "agreement-parties", "agreement-circulate"):
        assert client.get(url(name, version)).status_code == 403


def test_somebody_else_s_agreement_is_not_there(client):
    """D3-36: the same answer for another's and for none."""
    version = draft()
    client.force_login(applicant())
    assert client.get(url("agreement", version)).status_code == 404
    assert client.get(reverse("agreement", args=["XL-1999-001"])).status_code == 404


def test_the_header_is_saved_and_a_stale_edit_shows_both(client, officer):
    """EL-21"""
    version = draft()
    page = client.get(url("agreement-header", version))
    theirs = sent(page, product="Theirs")
    assert client.post(url("agreement-header", version), theirs).status_code == 302
    page = client.post(url("agreement-header", version), sent(page, product="Mine", submission=""))
    assert page.status_code == 200
    assert page.context["form"].stale
    version.refresh_from_db()
    assert version.header["product"] == "Theirs"


def test_conditions_are_written_one_after_another(client, officer):
    """EL-21"""
    version = draft()
    page = client.get(url("agreement-conditions", version))
    client.post(url("agreement-conditions", version), sent(page, heading_1="Data", text_1="It stays here."))
    page = client.get(url("agreement-conditions", version))
    assert page.context["form"]["text_1"].value() == "It stays here."
    half = client.post(url("agreement-conditions", version), sent(page, heading_2="Money"))
    assert "Enter the text of condition 2" in half.content.decode()
    assert half.context["form"]["heading_2"].value() == "Money"
    client.post(url("agreement-conditions", version), sent(page, heading_1="", text_1=""))
    assert not version.clauses.filter(kind="unique").exists()


def test_seven_parties_are_named_on_one_page_in_at_most_twenty_interactions(client, officer):
    """EL-22, EL-36: the lab's signatories and the people whom the application names are proposed, the others typed, one press saves."""
    residency = qualified_residency()
    Intake.objects.filter(residency=residency).update(sponsor_adm_name="Anneke Torvald", product_owner_name="Priya Wenlock")
    person(name="Priya Wenlock", email="priya@example.org")
    version = draft(residency=residency)
    lab, program = [row.role for row in version.roles.filter(must_sign=True, side="lab")], version.roles.filter(side="program")
    for n, role in enumerate(lab):
        set_signatories({role.label: (person(name=f"Lab Signer {n}", email=f"lab{n}@example.org"), None)}, by=officer)

    blockers = text(client.get(url("agreement", version)))
    assert "Name 7 signers" in blockers
    page = client.get(url("agreement-parties", version))
    form = form_with(page, f"who_{lab[0].pk}")
    adm, director, owner = [row.role_id for row in program]
    assert [form.fields[f"who_{role.pk}"] for role in lab] == [f"Lab Signer {n} <lab{n}@example.org>" for n in range(3)]
    assert form.fields[f"who_{owner}"] == "Priya Wenlock <priya@example.org>"
    assert "Anneke Torvald, named in the application. Add their email address." in text(page)
    assert "“Name &lt;email address&gt;”" in page.content.decode()
    [cfo] = version.roles.filter(must_sign=True, side="alliance").values_list("role", flat=True)
    typed = {
        f"who_{adm}": "Anneke Torvald <anneke@example.org>", f"who_{director}": "Dana Lee <dana@example.org>", f"title_{director}": "ED",
        f"who_{cfo}": "Ivo Brandt <ivo@example.org>",
    }  # fmt: skip
    response = client.post(page.request["PATH_INFO"], {**form.fields, **typed}, follow=True)

    assert len(["open", *typed, "save"]) <= 20
    assert "Parties saved." in text(response)
    assert Party.objects.filter(agreement=version.agreement, to_at=None).count() == 7
    assert Person.objects.get(email="dana@example.org").title == "ED"
    assert version.agreement.stream.events.filter(act="agreement-party-set").count() == 7


def test_one_person_fills_two_roles_only_knowingly_and_nothing_is_saved_until_it_is_said(client, officer):
    """EL-22: what was typed stays; an emptied line names nobody."""
    version = draft()
    first, second, third = [row.role_id for row in version.roles.all()[:3]]
    dana = person(name="Dana Lee", email="dana@example.org")
    page = client.get(url("agreement-parties", version))
    typed = {f"who_{first}": "dana@example.org", f"who_{second}": "Dana Lee", f"who_{third}": "Ivo Brandt <ivo@example.org>"}
    response = client.post(url("agreement-parties", version), sent(page, **typed))
    assert response.status_code == 409
    assert "Dana Lee is already the" in text(response)
    assert f"both_{second}" in form_with(response, f"who_{first}").names
    assert not Party.objects.exists()
    again = sent(page, **typed, **{f"both_{second}": "on", "submission": ""})
    assert client.post(url("agreement-parties", version), again).status_code == 302
    assert Party.objects.filter(person=dana, to_at=None).count() == 2
    page = client.get(url("agreement-parties", version))
    client.post(url("agreement-parties", version), sent(page, **{f"who_{first}": ""}))
    assert Party.objects.filter(person=dana, to_at=None).count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dana Lee", "More than one person is called Dana Lee"),
        ("Nobody Known", "Nobody Known isn’t on record"),
        ("new@example.org", "Enter the name too"),
        ("Ivo Brandt <dana1@example.org>", "belongs to Dana Lee, not to Ivo Brandt"),
        ("Ivo Brandt <ivo@>", "valid email address"),
    ],
)
def test_a_line_that_means_nobody_for_sure_is_said_with_what_would(client, officer, typed, sentence):
    """EL-22, EL-41"""
    version = draft()
    person(name="Dana Lee", email="dana1@example.org"), person(name="Dana Lee", email="dana2@example.org")
    page = client.get(url("agreement-parties", version))
    response = client.post(url("agreement-parties", version), sent(page, **{f"who_{version.roles.first().role_id}": typed}))
    assert sentence in text(response)
    assert not Party.objects.exists()


def test_the_lab_keeps_its_signatories_once_and_staff_note_how_it_stands_with_a_signer(client, officer):
    """EL-36: on a page of its own; a note is for lab staff, and history says only that there is one."""
    version = circulated()
    page = client.get(reverse("lab-signatories"))
    client.post(reverse("lab-signatories"), sent(page, who_1="Anneke Torvald <anneke@example.org>"))
    assert Signatory.objects.get(to_at=None).person.email == "anneke@example.org"
    assert "Anneke Torvald" in form_with(client.get(reverse("lab-signatories")), "who_1").fields["who_1"]

    party = version.agreement.parties.first()
    client.post(url("agreement-note", version, party.pk), {"text": "Called, will sign Friday."})
    assert "“Called, will sign Friday.” " in text(client.get(url("agreement", version)))
    owner = version.agreement.subject.memberships.first().user
    client.force_login(owner)
    assert "will sign Friday" not in text(client.get(url("agreement", version)))
    assert "will sign Friday" not in text(client.get(url("residency-history", version)))


def test_sending_says_first_what_it_does_and_then_does_it_once(client, officer):
    """EL-26, R12"""
    version = complete_draft()
    page = client.get(url("agreement-circulate", version))
    assert "You can’t edit the agreement after you send it" in page.content.decode()
    data = sent(page)
    for _ in range(2):
        assert client.post(url("agreement-circulate", version), data).status_code == 302
    version.refresh_from_db()
    assert version.state == State.CIRCULATED
    assert Message.objects.filter(occasion="agreement-invitation").count() == len(to_sign(version))


def test_a_draft_with_gaps_can_t_be_sent_from_the_page(client, officer):
    """EL-22, D3-10"""
    version = draft()
    page = client.get(url("agreement-circulate", version))
    assert "form" in page.context
    response = client.post(url("agreement-circulate", version), {"shown_revision": version.revision})
    assert response.status_code == 409
    assert "role-unfilled" in {f.code for f in response.context["findings"]}


def test_the_status_page_shows_where_each_party_stands(client, officer):
    """EL-31"""
    version = circulated()
    invitations = to_sign(version)
    sign(invitations[0])
    actions.mark_read(invitations[1], [1, 2], by=as_party(invitations[1]))
    text = client.get(url("agreement", version)).content.decode()
    assert "Read 2 of 8" in text
    assert "1 of 7" in text
    assert version.content_sha256 in text


def test_a_draft_s_pages_are_gone_once_it_is_out(client, officer):
    """EL-26"""
    version = circulated()
    for name in ("agreement-header", "agreement-conditions", "agreement-parties", "agreement-circulate"):
        assert client.get(url(name, version)).status_code == 404


def test_a_new_link_is_sent_once_a_press_and_replaces_the_old(client, officer):
    """EL-28"""
    version = circulated()
    invitation = to_sign(version)[0]
    page = client.get(url("agreement", version)).content.decode()
    assert url("agreement-new-link", version, invitation.pk) in page
    assert client.post(url("agreement-new-link", version, invitation.pk)).status_code == 302
    assert Message.objects.filter(occasion="agreement-invitation", person=invitation.party.person).count() == 2


def test_an_ended_invitation_can_be_given_again(client, officer):
    """EL-28"""
    version = circulated()
    invitation = to_sign(version)[0]
    page = client.get(url("agreement-revoke", version, invitation.pk))
    assert "No one will get an email." in page.content.decode(), "the act says whom it mails"
    client.post(url("agreement-revoke", version, invitation.pk), sent(page))
    assert "Invitation ended" in client.get(url("agreement", version)).content.decode()
    client.post(url("agreement-new-link", version, invitation.pk))
    assert Invitation.objects.filter(party=invitation.party, revoked_at=None).count() == 1


def test_the_printed_version_says_whether_it_is_in_force(client, officer):
    """EL-31"""
    version = circulated()
    sign(to_sign(version)[0])
    assert "Not in force yet: 1 of 7 has signed." in client.get(url("agreement-version", version, 1)).content.decode()
    version = in_force()
    text = client.get(url("agreement-version", version, 1)).content.decode()
    assert "In force since" in text
    assert "Not in force" not in text


@pytest.mark.parametrize("role", ["viewer", "lab_lead"])
def test_readers_read_and_keep_no_invitations(client, role):
    """D3-36"""
    version = circulated()
    client.force_login(account(role))
    assert client.get(url("agreement", version)).status_code == 200
    assert client.post(url("agreement-new-link", version, to_sign(version)[0].pk)).status_code == 403
    assert client.post(url("agreement-revoke", version, to_sign(version)[0].pk)).status_code == 403


def test_the_status_page_asks_the_database_a_fixed_number_of_times(client, officer, django_assert_max_num_queries):
    version = circulated(informed=True)
    for invitation in to_sign(version):
        sign(invitation)
    client.get(url("agreement", version))
    with django_assert_max_num_queries(34):  # one of them for addresses that wait for a second account
        client.get(url("agreement", version))


def test_a_known_person_keeps_what_is_known(client, officer):
    """EL-22: an address that is known names that person; nothing of them is overwritten."""
    known = person(name="Dana Lee", email="dana@example.org", title="ADM")
    version = draft()
    role = version.roles.first().role_id
    page = client.get(url("agreement-parties", version))
    typed = {f"who_{role}": "D. Lee <DANA@example.org>", f"title_{role}": "Clerk"}
    client.post(url("agreement-parties", version), sent(page, **typed))
    known.refresh_from_db()
    assert (known.name, known.title) == ("Dana Lee", "ADM")
    assert Party.objects.get(to_at=None).person == known


def test_somebody_kept_informed_is_shown_no_signature_to_give(client):
    """EL-22: a role that is informed reads; the page to sign leads back to where it stands."""
    version = circulated(informed=True)
    informed = Invitation.objects.filter(version=version, purpose="read").first()
    client.post(f"/a/{token_for(informed)}")
    answer = client.get(reverse("sign-sign", args=[informed.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("sign", args=[informed.pk]))
