"""No single account can send a signature elsewhere or sign in another's place, by whatever route (OP-03, EL-28)."""

import contextlib
import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from acts.act import SYSTEM
from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.invitations import actions as invitations_actions
from agreements.invitations import links as invitations_links
from agreements.invitations.sessions import PartySession
from agreements.models import Invitation, Party
from agreements.signing import actions as signing_actions
from agreements.signing import delegation
from findings import Refused
from ledger.models import Event
from outbox.models import Message
from people import actions as people
from people import addresses as acts
from people.models import AddressChange, Person, RoleGrant, User
from residencies.lifecycle.residency import add_member
from tests.agreements.amending import proposed
from tests.agreements.factories import as_party as as_its_party
from tests.agreements.factories import circulated, draft, fill_roles, intent, scan, sign, to_sign, token_for, witness
from tests.factories import account, long_standing, person
from tests.residencies.factories import ops
from tests.residencies.rows import qualified
from tests.teams.factories import seat
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db
EVIL = "evil@example.test"
LONG_AGO = timezone.now() - datetime.timedelta(days=400)


def staff(*roles, **fields):
    """An account that has worked at the lab for a year."""
    return long_standing(*(roles or ("lab_ops",)), **fields)


def _sent_by_the_attacker():
    """Dana is asked to sign. The sender has every role at once: what this account can't do alone, no account can."""
    attacker = staff("lab_ops", "lab_lead", "admin", email=EVIL, name="Mallory Voss")
    return attacker, to_sign(circulated(by=attacker))[0]


begins_with = made_once(_sent_by_the_attacker)


@pytest.fixture
def here(begins_with):
    return mine(begins_with)


@pytest.fixture
def attacker(here):
    return here[0]


@pytest.fixture
def invitation(here):
    return here[1]


# ── Every route by which the attacker could get hold of Dana's link ──────────────────────────
# Each does all that one account can; afterwards no mail and no link for Dana's role may go to another address.


def edits_the_person(attacker, invitation, dana):
    people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="other@example.test")


def asks_for_another_address(attacker, invitation, dana):
    acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)


def asks_and_confirms(attacker, invitation, dana):
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    acts.confirm_address_change(change, by=attacker)


def asks_for_their_own_address(attacker, invitation, dana):
    acts.change_address(dana, EVIL, reason="She moved.", by=attacker)


def confirms_with_an_account_just_opened(attacker, invitation, dana):
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    puppet = people.create_account(email="puppet@example.test", name="P", roles=["lab_ops"], by=attacker)
    acts.confirm_address_change(change, by=puppet)


def confirms_with_an_account_opened_before(attacker, invitation, dana):
    puppet = people.create_account(email="puppet@example.test", name="P", roles=["lab_ops"], by=attacker)
    RoleGrant.objects.filter(user=puppet).update(from_at=LONG_AGO)
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    acts.confirm_address_change(change, by=puppet)


def asks_with_a_puppet_and_confirms(attacker, invitation, dana):
    puppet = people.create_account(email="puppet@example.test", name="P", roles=["lab_ops"], by=attacker)
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=puppet)
    acts.confirm_address_change(change, by=attacker)


def takes_over_a_colleagues_account_to_confirm(attacker, invitation, dana):
    colleague = staff("lab_ops", name="Noor Castellane")
    people.edit_account(colleague, email="noor@example.test", by=attacker)
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    acts.confirm_address_change(change, by=User.objects.get(pk=colleague.pk))


def promotes_a_colleague_to_confirm(attacker, invitation, dana):
    colleague = people.set_roles(account("viewer", name="Bram Quillfeather"), ["lab_ops"], by=attacker)
    RoleGrant.objects.filter(user=colleague).update(from_at=LONG_AGO)
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    acts.confirm_address_change(change, by=colleague)


def edits_in_django_admin(attacker, invitation, dana):
    browser = Client()
    browser.force_login(attacker)
    facts = {
        "name": dana.name,
        "title": "",
        "organisation": "",
        "phone": "",
        "email": "other@example.test",
        "user": "",
        "shown_revision": dana.revision,
    }
    browser.post(reverse("admin:people_person_change", args=[dana.pk]), facts)


def edits_on_the_person_page(attacker, invitation, dana):
    browser = Client()
    browser.force_login(attacker)
    facts = {
        "name": dana.name,
        "title": dana.title,
        "organisation": dana.organisation,
        "email": "other@example.test",
        "shown_revision": dana.revision,
    }
    browser.post(reverse("person-edit", args=[dana.pk]), facts)


def revokes_edits_and_invites_again(attacker, invitation, dana):
    invitations_actions.revoke_invitation(invitation, by=attacker)
    try:
        people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="other@example.test")
    except Refused:
        invitations_actions.send_new_link(invitation, by=attacker)
        raise


def names_somebody_else_for_the_role(attacker, invitation, dana):
    twin = person(name=dana.name, email="other@example.test")
    delegation.replace_party(invitation.version, invitation.party.role, twin, reason="Left.", instead_of=dana, by=attacker)


def names_somebody_else_and_confirms(attacker, invitation, dana):
    twin = person(name=dana.name, email="other@example.test")
    asked = delegation.replace_party(invitation.version, invitation.party.role, twin, reason="Left.", instead_of=dana, by=attacker)
    delegation.confirm_hand_over(asked, by=attacker)


def confirms_a_hand_over_to_themselves(attacker, invitation, dana):
    facts = {"name": attacker.name, "email": EVIL, "reason": "Please."}
    proposed = delegation.propose_hand_over(invitation, by=as_its_party(invitation), **facts)
    delegation.confirm_hand_over(proposed, by=attacker)


def voids_edits_and_replaces(attacker, invitation, dana):
    version = invitation.version
    voiding.void_agreement(version.agreement, reason="Wrong.", shown_state=f"{version.number}:{version.state}", by=attacker)
    people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="other@example.test")


def makes_the_void_one_again_and_edits(attacker, invitation, dana):
    version = invitation.version
    voiding.void_agreement(version.agreement, reason="Wrong.", shown_state=f"{version.number}:{version.state}", by=attacker)
    drafting_actions.prepare(version.agreement.stream, version.agreement.template_version, by=attacker, instead_of=version.agreement)
    people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="other@example.test")


def voids_names_a_twin_and_sends(attacker, invitation, dana):
    version = invitation.version
    voiding.void_agreement(version.agreement, reason="Wrong.", shown_state=f"{version.number}:{version.state}", by=attacker)
    draft = drafting_actions.prepare(
        version.agreement.stream, version.agreement.template_version, by=attacker, instead_of=version.agreement
    )
    twin = person(name=dana.name, email="other@example.test")
    drafting_actions.set_party(draft, invitation.party.role, twin, instead_of=dana, by=attacker)
    draft.refresh_from_db()
    sending.circulate(draft, shown_revision=draft.revision, by=attacker)


def voids_begins_from_scratch_names_a_twin_and_sends(attacker, invitation, dana):
    version = invitation.version
    holders = list(version.agreement.parties.select_related("role", "person"))
    voiding.void_agreement(version.agreement, reason="Wrong.", shown_state=f"{version.number}:{version.state}", by=attacker)
    draft = drafting_actions.prepare(version.agreement.stream, version.agreement.template_version, by=attacker)
    for held in holders:
        somebody = person(name=dana.name, email="other@example.test") if held.person == dana else held.person
        drafting_actions.set_party(draft, held.role, somebody, by=attacker)
    drafting_actions.edit_header(draft, version.header, shown_revision=draft.revision, by=attacker)
    draft.refresh_from_db()
    sending.circulate(draft, shown_revision=draft.revision, by=attacker)


def waits_for_her_signature_and_changes_the_words(attacker, invitation, dana):
    sign(invitation)
    try:
        people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="other@example.test")
    finally:
        version = invitation.version
        asked = proposed(version, by=attacker)
        amendments_actions.accept_amendments(version, [asked], reason="Better.", shown_sha256=version.content_sha256, by=attacker)


def imports_another_address_under_her_name(attacker, invitation, dana):
    people.add_person(name=dana.name, email="other@example.test", by=attacker)


def imports_her_address_under_another_name(attacker, invitation, dana):
    people.add_person(name="Mallory Voss", email=dana.email, by=attacker)


def links_their_account_to_her(attacker, invitation, dana):
    people.edit_person(dana, shown_revision=dana.revision, by=attacker, user=attacker)


def opens_an_account_for_her_and_moves_it(attacker, invitation, dana):
    opened = people.create_account(email=dana.email, name=dana.name, by=attacker)
    people.edit_account(opened, email="other@example.test", by=attacker)


def renames_an_account_of_theirs_to_her_address(attacker, invitation, dana):
    puppet = people.create_account(email="puppet@example.test", name=dana.name, by=attacker)
    puppet.set_password("a long enough password")
    puppet.save()
    people.edit_account(puppet, email=dana.email, by=attacker)
    people.person_of(User.objects.get(pk=puppet.pk), by=attacker)


ROUTES = [
    edits_the_person, asks_for_another_address, asks_and_confirms, asks_for_their_own_address, confirms_with_an_account_just_opened,
    confirms_with_an_account_opened_before, asks_with_a_puppet_and_confirms, takes_over_a_colleagues_account_to_confirm,
    promotes_a_colleague_to_confirm, edits_in_django_admin, edits_on_the_person_page, revokes_edits_and_invites_again,
    names_somebody_else_for_the_role, names_somebody_else_and_confirms, confirms_a_hand_over_to_themselves, voids_edits_and_replaces,
    makes_the_void_one_again_and_edits, voids_names_a_twin_and_sends, voids_begins_from_scratch_names_a_twin_and_sends,
    waits_for_her_signature_and_changes_the_words, imports_another_address_under_her_name, imports_her_address_under_another_name,
    links_their_account_to_her, opens_an_account_for_her_and_moves_it, renames_an_account_of_theirs_to_her_address,
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_one_account_alone_never_gets_hold_of_another_persons_signature(route, attacker, invitation):
    dana, address = invitation.party.person, invitation.party.person.email
    with contextlib.suppress(Refused):
        route(attacker, invitation, dana)
    assert gained(invitation, dana, address) == []


def gained(invitation, dana, address):
    """What an attacker has of Dana's signature, in words; `make attack` asks too."""
    role, links = invitation.party.role, Message.objects.filter(occasion="agreement-invitation", person=dana)
    party = Party.objects.get(agreement=invitation.version.agreement, role=role, to_at=None)
    asked_now = Invitation.objects.filter(party__role=role, version__state="circulated").exclude(party__person__email=address)
    gains = {
        "her address was changed": Person.objects.get(pk=dana.pk).email != address,
        "somebody else fills her role": party.person != dana,
        "somebody else is asked to sign": asked_now.exists(),
        "her link went to another address": links.exclude(to_address=address).exists(),
        "another account could sign for her": any(_signs_as(holder, invitation) for holder in User.objects.exclude(email=address)),
        "somebody else's password opens her account": any(theirs.has_usable_password() for theirs in User.objects.filter(email=address)),
    }
    return [gain for gain, is_so in gains.items() if is_so]


def _signs_as(holder, invitation):
    """Whether an account that signs in stands before the agreement as its party."""
    browser = Client()
    browser.force_login(holder)
    return browser.get(reverse("sign", args=[invitation.pk])).status_code == 200


@pytest.mark.parametrize("answer", ["sign", "decline", "mark_read"])
def test_the_partys_account_at_another_address_can_do_nothing_in_its_place_by_any_way_in(invitation, answer):
    """OP-03: the acts ask, not the pages alone; a command or an API would come this way."""
    dana, elsewhere = invitation.party.person, account(email="other@example.test")
    Person.objects.filter(pk=dana.pk).update(user=elsewhere)
    session, session_witness = (
        PartySession(invitation, "account", user=elsewhere),
        witness(invitation, link=None, method="account", user=elsewhere),
    )
    acts_of_hers = {
        "sign": lambda: signing_actions.sign(invitation, intent(invitation), session_witness),
        "decline": lambda: delegation.decline(invitation, "No.", by=session),
        "mark_read": lambda: invitations_actions.mark_read(invitation, [1], by=session),
    }
    with pytest.raises(PermissionDenied):
        acts_of_hers[answer]()
    User.objects.filter(pk=elsewhere.pk).update(email=dana.email)
    invitations_actions.mark_read(invitation, [1], by=session)


# ── What a second account confirms ───────────────────────────────────────────────────────────


def confirmed(invitation, *, by=None):
    dana = invitation.party.person
    change = acts.change_address(dana, "dana.new@example.org", reason="She moved to Health.", by=by or staff(name="Noor Castellane"))
    return acts.confirm_address_change(change, by=staff("lab_lead", name="Saoirse Lindqvist-Rao"))


def test_a_confirmed_change_ends_the_links_and_a_new_one_goes_out_by_a_further_act(invitation):
    token = token_for(invitation)
    confirmed(invitation)
    assert invitations_links.opened_by(token) is None
    dana = Person.objects.get(pk=invitation.party.person_id)
    assert dana.email == "dana.new@example.org"
    assert not Message.objects.filter(occasion="agreement-invitation", person=dana, state="queued").exists()
    again = invitations_actions.send_new_link(invitation, by=staff())
    sent = Message.objects.filter(occasion="agreement-invitation", person=dana, state="queued").get()
    assert (sent.to_address, again.revoked_at) == ("dana.new@example.org", None)


def test_a_confirmed_change_is_announced_to_the_old_address_and_to_who_keeps_the_agreement(invitation, attacker):
    old = invitation.party.person.email
    confirmed(invitation)
    messages = Message.objects.filter(occasion="agreement-address-changed")
    assert messages.filter(to_address=old).exists()
    assert messages.filter(to_address=attacker.email).exists()
    assert all("dana.new@example.org" in message.text and old in message.text for message in messages)


def test_whoever_could_confirm_is_told_that_a_change_waits_and_the_asker_is_not(invitation):
    noor, saoirse = staff(name="Noor Castellane"), staff("lab_lead", name="Saoirse Lindqvist-Rao")
    acts.change_address(invitation.party.person, "dana.new@example.org", reason="She moved.", by=noor)
    recipients = set(Message.objects.filter(occasion="agreement-address-asked").values_list("to_address", flat=True))
    assert saoirse.email in recipients
    assert noor.email not in recipients


def test_until_it_is_confirmed_links_and_codes_go_to_the_address_on_record(invitation):
    dana, old = invitation.party.person, invitation.party.person.email
    acts.change_address(dana, "dana.new@example.org", reason="She moved.", by=staff())
    invitations_actions.send_new_link(invitation, by=staff())
    assert set(Message.objects.filter(occasion="agreement-invitation", person=dana).values_list("to_address", flat=True)) == {old}


def test_the_change_stands_in_the_evidence_of_a_later_signature(invitation):
    """EL-27"""
    old = invitation.party.person.email
    confirmed(invitation)
    again = invitations_actions.send_new_link(invitation, by=staff())
    signature = sign(again)
    record, annex = (json.loads(bytes(part).split(b"\n", 1)[1]) for part in (signature.evidence, signature.annex))
    changes = record["address_changes"]
    assert [(change["from"], change["to"]) for change in annex["address_changes"]] == [(old, "dana.new@example.org")]
    assert old not in bytes(signature.evidence).decode(), "addresses don't go round with the document"
    assert changes[0]["asked_by"] == "Noor Castellane"
    assert changes[0]["confirmed_by"] == "Saoirse Lindqvist-Rao"
    assert "address_changes" not in json.loads(bytes(sign(to_sign(invitation.version)[1]).evidence).split(b"\n", 1)[1])


def test_the_change_stands_on_the_agreements_page(invitation, client):
    confirmed(invitation)
    client.force_login(staff())
    page = client.get(reverse("agreement", args=[invitation.version.agreement.subject.reference])).content.decode()
    assert "Changed email addresses" in page
    assert "dana.new@example.org" in page
    assert "confirmed by Saoirse Lindqvist-Rao" in page


def test_an_address_of_somebody_who_is_not_asked_to_sign_changes_at_once_and_on_record():
    somebody, noor = person(email="a@example.org"), staff()
    people.edit_person(somebody, shown_revision=somebody.revision, by=noor, email="b@example.org")
    change = AddressChange.objects.get()
    assert (change.from_address, change.to_address, change.requested_by, change.state) == (
        "a@example.org",
        "b@example.org",
        noor,
        "applied",
    )
    assert Event.objects.filter(act="address-changed").exists()


def test_an_address_is_one_accounts_business_again_once_the_agreement_is_in_force(attacker, invitation):
    """Until then other words would ask for another signature."""
    for each in to_sign(invitation.version):
        sign(each)
    dana = Person.objects.get(pk=invitation.party.person_id)
    people.edit_person(dana, shown_revision=dana.revision, by=attacker, email="dana.new@example.org")
    assert Person.objects.get(pk=dana.pk).email == "dana.new@example.org"
    assert Message.objects.filter(occasion="agreement-address-changed", to_address=dana.email).exists()


def test_a_colleague_sends_an_agreement_in_which_somebody_else_signs(attacker, invitation):
    """OP-03: whoever sends it reads whom it went to before, and answers for the other name too."""
    version, dana = invitation.version, invitation.party.person
    voiding.void_agreement(version.agreement, reason="She left.", shown_state=f"{version.number}:{version.state}", by=attacker)
    draft = drafting_actions.prepare(
        version.agreement.stream, version.agreement.template_version, by=attacker, instead_of=version.agreement
    )
    drafting_actions.set_party(draft, invitation.party.role, person(name="Wren Delgado"), instead_of=dana, by=attacker)
    draft.refresh_from_db()
    with pytest.raises(Refused, match="on your own"):
        sending.circulate(draft, shown_revision=draft.revision, by=attacker)
    sending.circulate(draft, shown_revision=draft.revision, by=staff(name="Noor Castellane"))
    assert Invitation.objects.filter(version=draft, party__person__name="Wren Delgado").exists()


def test_a_refused_change_can_be_asked_for_again(invitation):
    noor = staff()
    change = acts.change_address(invitation.party.person, "dana.new@example.org", reason="She moved.", by=noor)
    with pytest.raises(Refused, match="waiting"):
        acts.change_address(invitation.party.person, "dana.x@example.org", reason="She moved.", by=noor)
    acts.refuse_address_change(change, reason="She has not.", by=staff())
    assert acts.change_address(invitation.party.person, "dana.x@example.org", reason="She moved.", by=noor).is_waiting


def test_a_change_of_the_sign_in_address_ends_password_and_sessions_and_says_so():
    noor = staff(email="noor@example.org", name="Noor Castellane")
    noor.set_password("a long enough password")
    noor.save()
    browser = Client()
    browser.force_login(noor)
    people.edit_account(noor, email="noor.new@example.org", by=staff("admin"))
    assert not User.objects.get(pk=noor.pk).has_usable_password()
    assert browser.get(reverse("home")).status_code == 302
    assert Message.objects.filter(occasion="account-address-changed", to_address="noor@example.org").exists()
    assert Message.objects.filter(occasion="password-link", to_address="noor.new@example.org").exists()


def test_where_links_go_is_read_by_others_than_their_sender(attacker):
    """First entry: what protects there is that leadership, who prepared it and the program contact read each address."""
    contact, lead, preparer = account("product_owner"), account("lab_lead"), ops()
    version = draft(by=preparer)
    add_member(version.agreement.subject, contact, by=preparer)
    fill_roles(version, by=attacker)
    sending.circulate(version, shown_revision=version.revision, by=attacker)
    texts = {message.to_address: message.text for message in Message.objects.filter(occasion="agreement-sent-out")}
    assert {contact.email, lead.email, preparer.email} <= set(texts)
    assert attacker.email not in texts
    for party in version.agreement.parties.select_related("person"):
        assert party.person.email in texts[lead.email]


def test_an_address_that_changed_while_drafting_is_marked_for_them():
    noor = staff(name="Noor Castellane")
    version = draft(by=ops())
    fill_roles(version, by=noor)
    party = version.agreement.parties.select_related("person").first()
    old = party.person.email
    people.edit_person(party.person, shown_revision=party.person.revision, by=noor, email="dana.new@example.org")
    lead = account("lab_lead")
    sending.circulate(version, shown_revision=version.revision, by=noor)
    text = Message.objects.get(occasion="agreement-sent-out", to_address=lead.email).text
    assert f"changed from {old} by Noor Castellane" in text


# ── Nobody decides their own case ────────────────────────────────────────────────────────────

DECISIONS = [
    ("lab_lead", "residencies.qualify"), ("lab_lead", "residencies.pivot"), ("lab_lead", "residencies.decline"),
    ("lab_lead", "residencies.extend_graduation"), ("lab_ops", "residencies.review_intake"),
]  # fmt: skip
DECISIONS_ON_AGREEMENTS = [
    ("lab_ops", "agreements.decide_amendment"),
    ("lab_ops", "agreements.confirm_party"),
    ("lab_ops", "agreements.void"),
]


def as_member(residency, user):
    add_member(residency, user, by=ops())


def as_team_member(residency, user):
    seat(residency, person=people.person_of(user, by=SYSTEM))


def as_party(residency, user):
    Party.objects.filter(agreement__stream=residency.stream, role__side="program").update(person=people.person_of(user, by=SYSTEM))


@pytest.mark.parametrize("belongs", [as_member, as_team_member, as_party])
def test_nobody_decides_a_case_that_is_their_own(belongs, invitation):
    residency = invitation.version.agreement.subject
    for role, permission in DECISIONS + DECISIONS_ON_AGREEMENTS:
        about = invitation.version if permission.startswith("agreements") else residency
        decider = account(role)
        assert decider.has_perm(permission, about), permission
        belongs(residency, decider)
        assert not User.objects.get(pk=decider.pk).has_perm(permission, about), permission


@pytest.mark.parametrize("belongs", [as_member, as_team_member])
def test_nobody_vouches_for_a_scan_about_their_own_residency(belongs):
    residency, colleague = qualified(), staff()
    paper = scan(residency, by=staff())
    assert colleague.has_perm("agreements.confirm_paper", paper)
    belongs(residency, colleague)
    assert not User.objects.get(pk=colleague.pk).has_perm("agreements.confirm_paper", paper)


def test_who_asked_for_an_address_is_offered_only_to_withdraw_it(client, invitation, attacker):
    dana = invitation.party.person
    change = acts.change_address(dana, "other@example.test", reason="She moved.", by=attacker)
    client.force_login(attacker)
    page = client.get(reverse("address-change", args=[change.pk])).content.decode()
    assert "Withdraw the request" in page
    assert "Confirm: I asked them" not in page
    client.post(reverse("address-change", args=[change.pk]), {"answer": "no", "reason": "A typing mistake."})
    change.refresh_from_db()
    assert change.state == change.State.REFUSED


def test_the_labs_own_signatories_still_decide(invitation):
    """The lab's director signs every agreement for the lab; that makes no residency theirs."""
    director = account("lab_lead")
    lab_side = Party.objects.filter(agreement=invitation.version.agreement, role__side="lab").first()
    Party.objects.filter(pk=lab_side.pk).update(person=people.person_of(director, by=SYSTEM))
    assert director.has_perm("residencies.pivot", invitation.version.agreement.subject)
