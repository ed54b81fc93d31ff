"""A party comes in by its link, and nobody else does (EL-28, engineering D2)."""

import io
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.invitations import actions as invitations_actions
from agreements.invitations import party_views
from agreements.models import Invitation, InvitationToken, SectionRead, Signature, State
from agreements.signing import delegation
from labportal.logs import masked
from ledger.models import Event
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from tests.agreements.amending import amended
from tests.agreements.factories import as_party, circulated, in_force, read_all, sign, to_sign, token_for
from tests.agreements.test_order import staged
from tests.factories import account, long_standing, person
from tests.residencies.factories import acts_of, ops
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)


begins_with = made_once(circulated)


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


@pytest.fixture
def invitation(version):
    return to_sign(version)[0]


def visit(invitation) -> Client:
    """A browser that has pressed the button behind a link of this invitation."""
    client = Client()
    response = client.post(reverse("open-invitation", args=[token_for(invitation)]))
    assert response.status_code == 302
    return client


def test_looking_twenty_times_leaves_the_invitation_unused(client, invitation, django_assert_max_num_queries):
    """D3-20, D2.1: mail scanners open links; GET and HEAD write nothing."""
    token = token_for(invitation)
    statements = []

    def watch(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for n in range(20):
            response = getattr(client, "head" if n % 3 == 0 else "get")(reverse("open-invitation", args=[token]))
            assert response.status_code == 200
    assert [sql for sql in statements if WRITES.match(sql)] == []
    invitation.refresh_from_db()
    assert invitation.first_opened_at is None
    assert "signing-link-opened" not in acts_of(invitation.version.agreement.subject)
    assert client.cookies.keys() <= {"__Host-csrf"}


def test_the_first_page_names_the_person_and_keeps_the_agreement_to_itself(client, invitation):
    """D2.1, D2.7, D3-18, D3-41"""
    response = client.get(reverse("open-invitation", args=[token_for(invitation)]))
    page = response.content.decode()
    assert f"Continue as {invitation.party.person.name}" in page
    assert str(invitation.version.agreement.subject) not in page
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "strict-origin"


def test_pressing_the_button_opens_a_session_for_this_invitation_alone(invitation, version):
    """D2.2, D2.4: a fresh session key, an address without the token, “opened” on record."""
    client = Client()
    client.get("/accounts/login/")
    response = client.post(reverse("open-invitation", args=[token_for(invitation)]))
    assert response["Location"] == reverse("sign", args=[invitation.pk])
    assert client.get(response["Location"]).status_code == 200
    other = to_sign(version)[1]
    assert client.get(reverse("sign", args=[other.pk]))["Location"] == reverse("sign-closed")
    assert client.get(reverse("agreement", args=[version.agreement.subject.reference]))["Location"].startswith("/accounts/login/")
    invitation.refresh_from_db()
    assert invitation.first_opened_at
    assert acts_of(version.agreement.subject).count("signing-link-opened") == 1


def test_a_second_opening_gets_another_session_key(invitation):
    """D2.2, ASVS 7.2.4"""
    client = Client()
    keys = set()
    for _ in range(2):
        client.post(reverse("open-invitation", args=[token_for(invitation)]))
        keys.add(client.session.session_key)
    assert len(keys) == 2


def _expired(invitation):
    token = token_for(invitation)
    InvitationToken.objects.filter(invitation=invitation).update(expires_at=invitation.made_at)
    return token


def _revoked(invitation):
    token = token_for(invitation)
    invitations_actions.revoke_invitation(invitation, by=ops())
    return token


def _replaced(invitation):
    token = token_for(invitation)
    invitations_actions.send_new_link(invitation, by=ops())
    return token


def test_a_wrong_link_looks_like_an_expired_one_and_says_less(client, version):
    """D2.5, K14: same status and page; whoever holds a link that was sent once reads why it doesn't open, a stranger does not."""
    says = {
        _expired: "This link has expired", _revoked: "The lab ended this invitation", _replaced: "We sent you a newer link",
        _handed: "someone else will do this in your place", _named: "asked someone else instead of you",
    }  # fmt: skip
    for (make, words), invitation in zip(says.items(), to_sign(version), strict=False):
        token = make(invitation)
        response = client.get(reverse("open-invitation", args=[token]))
        page = response.content.decode()
        assert (response.status_code, words in page) == (404, True), words
        assert ("Send me a new link" in page) is (make in (_expired, _replaced))
        assert invitation.party.person.name not in page
    page = client.get(reverse("open-invitation", args=["x" * 43])).content.decode()
    assert "It may have expired" in page
    assert not any(words in page for words in says.values())


def _handed(invitation):
    """Somebody else of the same side signs, as the party asked and lab operations confirmed."""
    token = token_for(invitation)
    hand_over = delegation.propose_hand_over(
        invitation, name="Ines Okonkwo", email="i@example.test", reason="Leave.", by=as_party(invitation)
    )
    delegation.confirm_hand_over(hand_over, by=ops())
    return token


def _named(invitation):
    """One account of lab operations named somebody else, another confirmed it."""
    token = token_for(invitation)
    holder = invitation.party.person
    asked = delegation.replace_party(
        invitation.version, invitation.party.role, person(name="Wren Delgado"), reason="Left.", instead_of=holder, by=ops()
    )
    delegation.confirm_hand_over(asked, by=long_standing("lab_ops"))
    return token


def test_somebody_whose_invitation_ended_while_they_read_is_told_so(version):
    """K14: nobody is promised a link that never comes."""
    invitation = to_sign(version)[0]
    browser = Client()
    browser.post(reverse("open-invitation", args=[token_for(invitation)]))
    invitations_actions.revoke_invitation(invitation, by=ops())
    page = browser.get(reverse("sign-read", args=[invitation.pk]), follow=True).content.decode()
    assert "The lab ended this invitation" in page
    assert "ask for a new one" not in page


def test_only_holders_of_old_links_share_a_page(client, version):
    """D2.5: wrong tokens give one page, whatever they are and however they are sent."""
    bodies = set()
    for token in ("x" * 43, "y" * 43, "zz"):
        for method in (client.get, client.post):
            response = method(reverse("open-invitation", args=[token]))
            assert response.status_code == 404
            page = response.content.decode().replace(token, "TOKEN")
            bodies.add(re.sub(r'("X-CSRFToken": "|name="csrfmiddlewaretoken" value=")[^"]+', "", page))
    assert len(bodies) == 1
    assert "Send me a new link" in bodies.pop()
    assert not Signature.objects.exists()


def test_a_new_link_goes_to_the_address_on_record_and_the_answer_is_always_the_same(client, invitation):
    """D2.5: also for a token that nobody was ever sent."""
    token = _expired(invitation)
    before = Message.objects.count()
    answers = {client.post(reverse("new-link", args=[t]), {"email": "thief@example.org"})["Location"] for t in (token, "y" * 43)}
    assert answers == {reverse("link-asked")}
    messages = Message.objects.order_by("-pk")[: Message.objects.count() - before]
    assert [m.to_address for m in messages] == [invitation.party.person.email]


def test_at_most_three_links_an_hour_are_sent(client, invitation):
    """ASVS 2.4.1"""
    token = _expired(invitation)
    for _ in range(6):
        client.post(reverse("new-link", args=[token]))
    assert (
        Message.objects.filter(occasion="agreement-invitation", person=invitation.party.person).count() == invitations_actions.LINKS_AN_HOUR
    )


def test_a_revoked_invitation_gets_no_new_link(client, invitation):
    """EL-28"""
    token = _revoked(invitation)
    before = Message.objects.count()
    client.post(reverse("new-link", args=[token]))
    assert Message.objects.count() == before


def test_a_link_to_a_replaced_version_brings_one_to_the_newest(client, invitation):
    """EL-28, EL-25: of the same party, at the address on record, as often as any other, with the same answer."""
    token = _expired(invitation)
    following = amended(invitation.version)
    mine = next(candidate for candidate in to_sign(following) if candidate.party == invitation.party)
    before = set(Message.objects.values_list("pk", flat=True))
    for _ in range(6):
        assert client.post(reverse("new-link", args=[token]), {"email": "thief@example.org"})["Location"] == reverse("link-asked")
    messages = Message.objects.exclude(pk__in=before)
    assert {(m.to_address, m.mint["signing_link"][1]["invitation"]) for m in messages} == {(invitation.party.person.email, mine.pk)}
    assert Message.objects.filter(key__contains=f"invitation:{mine.pk}:").count() == invitations_actions.LINKS_AN_HOUR
    assert Event.objects.filter(act="signing-link-asked").last().facts["version"] == following.number


def test_whose_turn_has_not_come_again_is_sent_nothing_about_a_replaced_version(client):
    """EL-28, EL-30: there is no invitation to the newest version yet."""
    version = staged()
    for invitation in to_sign(version):
        sign(invitation)
    late = to_sign(version)[-1]
    token = _expired(late)
    following = amended(version)
    assert late.party not in [row.party for row in to_sign(following)]
    before = Message.objects.count()
    assert client.post(reverse("new-link", args=[token]))["Location"] == reverse("link-asked")
    assert Message.objects.count() == before


def test_an_invitation_that_was_ended_on_the_newest_version_gets_no_link_by_an_older_one(client, invitation):
    """EL-28"""
    token = _expired(invitation)
    following = amended(invitation.version)
    invitations_actions.revoke_invitation(
        next(candidate for candidate in to_sign(following) if candidate.party == invitation.party), by=ops()
    )
    before = Message.objects.count()
    client.post(reverse("new-link", args=[token]))
    assert Message.objects.count() == before


def test_the_thirty_first_look_in_a_minute_waits(client, invitation, time_machine):
    """ASVS 2.4.1, D3-13: with the time to wait, for this address alone."""
    token = token_for(invitation)
    time_machine.move_to(timezone.now().replace(second=20), tick=False)
    for _ in range(party_views.LOOKUPS_A_MINUTE):
        assert client.get(reverse("open-invitation", args=[token])).status_code == 200
    response = client.get(reverse("open-invitation", args=[token]))
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 40
    assert client.get(reverse("open-invitation", args=[token]), REMOTE_ADDR="198.51.100.9").status_code == 200


@pytest.mark.parametrize("role", ["lab_ops", "lab_lead", "admin", "viewer", "product_owner"])
def test_nobody_who_is_signed_in_opens_the_link_of_another(client, invitation, role, caplog):
    """EL-27: staff can't sign for a party; looking and pressing are both logged."""
    client.force_login(account(role))
    url = reverse("open-invitation", args=[token_for(invitation)])
    caplog.set_level("WARNING", "agreements.invitations.party_views")
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403
    events = [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
    assert events.count("party_link_refused_to_account") == 2
    assert client.get(reverse("sign", args=[invitation.pk]))["Location"] == reverse("sign-closed")
    invitation.refresh_from_db()
    assert invitation.first_opened_at is None


def test_a_party_with_an_account_reads_and_signs_as_that_account(client, invitation):
    """EL-27"""
    user = account("viewer", email=invitation.party.person.email)
    invitation.party.person.user = user
    invitation.party.person.save()
    client.force_login(user)
    response = client.get(reverse("open-invitation", args=[token_for(invitation)]))
    assert response["Location"] == reverse("sign", args=[invitation.pk])
    assert client.get(response["Location"]).status_code == 200


def test_revoking_ends_a_session_that_is_open(invitation):
    """EL-28"""
    client = visit(invitation)
    invitations_actions.revoke_invitation(invitation, by=ops())
    assert client.get(reverse("sign", args=[invitation.pk]))["Location"] == reverse("sign-closed")


def test_a_used_link_still_reads(version):
    """EL-28: after signing, and once in force."""
    for invitation in to_sign(version):
        sign(invitation)
    client = visit(invitation)
    for name in ("sign", "sign-read", "sign-done", "sign-paper", "sign-pdf"):
        assert client.get(reverse(name, args=[invitation.pk])).status_code == 200
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
    assert client.get(reverse("sign-sign", args=[invitation.pk]))["Location"] == reverse("sign-done", args=[invitation.pk])


def test_no_table_ever_holds_a_token(invitation):
    """EL-28: mails went out, sessions are open, and a full dump knows no token."""
    assert deliver_due() > 0
    links = re.findall(r"https://portal\.example\.test/a/([\w-]{43})", "".join(m.body for m in mail.outbox))
    assert len(links) == len(to_sign(invitation.version))
    for token in links:
        Client().post(reverse("open-invitation", args=[token]))
    dump = _everything()
    assert len(dump) > 10_000
    assert [token for token in links if token in dump] == []
    assert InvitationToken.objects.count() == len(links)


def _everything() -> str:
    out = io.StringIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            out.write(repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]))
    call_command("dumpdata", exclude=["agreements.Signature"], stdout=out)
    return out.getvalue()


def test_tokens_are_masked_in_logs(invitation):
    """D2.6, D3-44"""
    token = token_for(invitation)
    assert token not in masked(f"GET /a/{token} 200")
    assert token not in masked(f'"POST /a/{token}/new HTTP/1.1" referer=https://portal.example.test/a/{token}')


def test_links_are_made_from_our_own_address_never_from_the_request(client, invitation):
    """ASVS 4.1"""
    token = _expired(invitation)
    client.post(reverse("new-link", args=[token]), headers={"host": "localhost"})
    deliver_due()
    requests = [message for message in mail.outbox if "/a/" in message.body]
    assert requests
    assert all("https://portal.example.test/a/" in message.body for message in requests)


# ── Reading and signing in the browser ───────────────────────────────────────────────────────


def test_a_party_reads_and_signs_without_javascript_in_few_steps(version, invitation):
    """EL-23, EL-27"""
    client = visit(invitation)
    response = client.post(reverse("sign-read", args=[invitation.pk]), {"section": "1"})
    assert response["Location"].endswith("#section-2")
    response = client.post(reverse("sign-read", args=[invitation.pk]), {"section": "all"})
    assert response["Location"] == reverse("sign-sign", args=[invitation.pk])
    assert SectionRead.objects.filter(party=invitation.party).count() == version.sections.count()
    page = client.get(response["Location"]).context
    sent = {**{f.name: f.value() for f in page["form"].hidden_fields()}, "typed_name": "Anneke Torvald", "intends": "on", "consents": "on"}
    response = client.post(reverse("sign-sign", args=[invitation.pk]), sent, REMOTE_ADDR="203.0.113.9")
    assert response["Location"] == reverse("sign-done", args=[invitation.pk])
    assert "Signed. Thank you." in client.get(response["Location"]).content.decode()
    again = client.post(reverse("sign-sign", args=[invitation.pk]), sent)
    assert again["Location"] == reverse("sign-done", args=[invitation.pk])
    assert Signature.objects.count() == 1


def test_a_form_of_another_version_is_refused_with_all_that_is_wrong(invitation):
    """D3-10: unread, other words, other name: 409 and every finding."""
    client = visit(invitation)
    sent = {"sha256": "0" * 64, "typed_name": "Somebody Else", "intends": "on", "consents": "on"}
    response = client.post(reverse("sign-sign", args=[invitation.pk]), sent)
    assert response.status_code == 409
    assert {f.code for f in response.context["findings"]} == {"sections-unread", "words-changed", "name-differs"}
    assert not Signature.objects.exists()


def test_extra_fields_change_nothing(invitation):
    """D3-43"""
    client = visit(invitation)
    read_all(invitation)
    sent = {
        "sha256": invitation.version.content_sha256, "typed_name": "Anneke Torvald", "intends": "on", "consents": "on",
        "signed_at": "2001-01-01", "party": "999", "role": "999", "method": "account", "state": "in_force",
    }  # fmt: skip
    client.post(reverse("sign-sign", args=[invitation.pk]), sent)
    signature = Signature.objects.get()
    assert (signature.party, signature.signed_at.year > 2020) == (invitation.party, True)


@pytest.mark.parametrize("name", ["sign", "sign-read", "sign-sign", "sign-done", "sign-paper", "sign-pdf"])
def test_a_stranger_learns_nothing_about_which_invitations_exist(client, invitation, name):
    """D3-36"""
    real, none = (client.get(reverse(name, args=[pk])) for pk in (invitation.pk, 999_999))
    assert (real.status_code, real["Location"]) == (none.status_code, none["Location"]) == (302, reverse("sign-closed"))


def test_what_a_party_reads_is_shown_as_text_never_as_markup(client):
    """D3-1"""
    from tests.agreements.factories import complete_draft

    by = ops()
    version = complete_draft(by=by)
    version = drafting_actions.set_conditions(
        version, [("<script>alert(1)</script>", "<img src=x onerror=alert(2)>")], shown_revision=version.revision, by=by
    )
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    page = visit(to_sign(version)[0]).get(reverse("sign-read", args=[to_sign(version)[0].pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page


def test_leaving_closes_the_visit(invitation):
    client = visit(invitation)
    client.post(reverse("sign-leave"))
    assert client.get(reverse("sign", args=[invitation.pk]))["Location"] == reverse("sign-closed")


def test_the_ledger_knows_no_token_and_no_address(version):
    """EL-28, D3-44"""
    in_force()
    text = repr(list(Event.objects.values_list("facts", flat=True)))
    assert "203.0.113.7" not in text
    assert not Invitation.objects.filter(tokens__sha256__in=re.findall(r"[0-9a-f]{64}", text)).exists()
