"""A one-time code from the mail, where an agreement asks for it (EL-28, D2.3, D3-30)."""

import json
import re
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from hypothesis import given
from hypothesis import strategies as st

from agreements.invitations import codes
from agreements.models import Signature, SigningCode
from agreements.signing import actions
from agreements.signing import codes as signing_codes
from findings import Refused
from ledger.models import Event
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from outbox.models import State as Sent
from tests.agreements.factories import as_party, coded, intent, read_all, sign, to_sign, token_for, witness
from tests.factories import account
from tests.worlds import made_once, mine
from web.idempotent_post import FIELD

pytestmark = pytest.mark.django_db
BROWSER = "the browser that asked"


begins_with = made_once(lambda: read_all(to_sign(coded())[0]))


@pytest.fixture
def invitation(begins_with):
    return mine(begins_with)


def asked(invitation, browser=BROWSER):
    """The code's row, and the digits as the mail carried them."""
    code = signing_codes.ask_for_code(invitation, browser, by=as_party(invitation))
    deliver_due()
    code.refresh_from_db()
    return code, digits_for(invitation)


def digits_for(invitation):
    bodies = [m.body for m in mail.outbox if "Your signing code" in m.subject and invitation.party.person.email in m.to[0]]
    return re.search(r"^(\d{6})$", bodies[-1], re.MULTILINE)[1]


def wrong(digits):
    return f"{(int(digits) + 1) % 1_000_000:06}"


def why(invitation, typed, browser=BROWSER):
    return [finding.code for finding in signing_codes.enter_code(invitation, typed, browser, by=as_party(invitation))]


def test_a_code_is_six_digits_in_the_mail_and_an_hmac_in_the_database(invitation):
    """EL-28, D3-30: under the secret key, so that the database alone can't be searched for it."""
    code, digits = asked(invitation)
    assert len(digits) == 6
    assert code.hmac == salted_hmac("agreements.codes", f"{code.pk}:{digits}", algorithm="sha256").hexdigest()
    assert code.sent_to == f"p…@{invitation.party.person.email.split('@')[1]}"
    message = Message.objects.get(occasion="agreement-code")
    assert "{{ signing_code }}" in message.text
    assert digits not in message.text + message.preview + repr(message.mint)
    assert not any(digits in json.dumps(facts) for facts in Event.objects.values_list("facts", flat=True))


def test_the_code_goes_to_the_address_on_record(invitation):
    """D2.3"""
    asked(invitation)
    assert Message.objects.get(occasion="agreement-code").to_address == invitation.party.person.email


@pytest.mark.parametrize("spaced", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_the_right_code_is_taken_however_it_is_pasted(invitation, spaced):
    _code, digits = asked(invitation)
    assert why(invitation, spaced.format(digits, digits[:3], digits[3:])) == []


def test_nothing_but_the_right_code_is_taken(invitation):
    """D3-30"""
    _code, digits = asked(invitation)
    for typed in ("", wrong(digits), digits[:5], digits + "1"):
        assert why(invitation, typed) == ["code-wrong"]
    assert why(invitation, digits) == []


def test_before_the_mail_has_left_nothing_is_right(invitation):
    """EL-28: not even what an empty HMAC would compare with."""
    signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))
    assert why(invitation, "") == ["code-wrong"]


def test_a_code_is_taken_once(invitation):
    """D3-30"""
    _code, digits = asked(invitation)
    assert why(invitation, digits) == []
    assert why(invitation, digits) == ["code-used"]
    assert Event.objects.filter(act="signing-code-entered").count() == 1


def test_five_wrong_tries_end_a_code(invitation):
    """D3-30: the right one comes too late then; another one works."""
    _code, digits = asked(invitation)
    assert [why(invitation, wrong(digits)) for _ in range(5)] == [["code-wrong"]] * 4 + [["code-used-up"]]
    assert why(invitation, digits) == ["code-used-up"]
    assert Event.objects.filter(act="signing-code-wrong").count() == 5
    _code, digits = asked(invitation)
    assert why(invitation, digits) == []


def test_a_code_lasts_ten_minutes_from_when_it_was_sent(invitation, time_machine):
    """D3-30"""
    begun = timezone.now().replace(microsecond=0)
    time_machine.move_to(begun, tick=False)
    code, digits = asked(invitation)
    assert code.expires_at == begun + codes.LASTS
    time_machine.move_to(begun + codes.LASTS, tick=False)
    assert why(invitation, digits) == ["code-expired"]


def test_a_code_is_worth_nothing_in_another_browser(invitation):
    """D2.3: whoever reads the mail and not the page can't sign with it."""
    _code, digits = asked(invitation)
    assert why(invitation, digits, browser="another") == ["code-replaced"]
    assert why(invitation, digits, browser="") == ["code-replaced"]
    assert why(invitation, digits) == []


def test_a_code_is_worth_nothing_for_another_invitation(invitation):
    """D2.3"""
    other = to_sign(invitation.version)[1]
    _code, digits = asked(invitation)
    assert why(other, digits) == ["code-replaced"]
    asked(other)
    assert why(other, wrong(digits_for(other))) == ["code-wrong"]


def test_a_newer_code_ends_the_one_before(invitation):
    """D3-30: and its mail is not sent if it waits still."""
    first = signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))
    _code, digits = asked(invitation)
    assert why(invitation, digits) == []
    state = Message.objects.get(key__endswith=f"code:{first.pk}").state
    assert state == Sent.CANCELLED
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningCode.objects.create(invitation=invitation, browser_sha256="0" * 64, sent_to="x")


def test_three_codes_an_hour(invitation, time_machine):
    """ASVS 2.4.1: from whatever browser; the refusal says when."""
    begun = timezone.now().replace(microsecond=0)
    time_machine.move_to(begun, tick=False)
    for n in range(3):
        signing_codes.ask_for_code(invitation, f"browser {n}", by=as_party(invitation))
    with pytest.raises(Refused) as refused:
        signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))
    assert refused.value.codes == {"codes-too-often"}
    assert "Ask for another one after" in refused.value.findings[0].remedy
    time_machine.move_to(begun + signing_codes.HOUR, tick=False)
    signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))


def test_a_mail_sent_again_carries_other_digits_and_those_of_before_are_worth_nothing(invitation):
    """EL-28: a retry after an unclear answer of the mail server."""
    code, digits = asked(invitation)
    again = codes.issue_code(code.pk)
    if again != digits:
        assert why(invitation, digits) == ["code-wrong"]
    assert why(invitation, again) == []


@pytest.mark.parametrize("change", [{"tries": 6}, {"hmac": ""}, {"expires_at": None}])
def test_the_database_holds_what_a_code_is(invitation, change):
    code, _digits = asked(invitation)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningCode.objects.filter(pk=code.pk).update(**change)


def test_codes_are_spread_over_all_six_digits():
    """D3-30: from a generator that can't be guessed; leading zeros are kept."""
    samples = [f"{codes.secrets.randbelow(10**codes.DIGITS):06}" for _ in range(2000)]
    assert all(len(sample) == 6 for sample in samples)
    assert len(set(samples)) > 1950


@given(st.emails())
def test_a_masked_address_says_where_and_not_who(address):
    masked = codes.masked_address(address)
    name, host = address.rsplit("@", 1)
    assert masked.endswith(f"@{host}")
    assert len(name) < 2 or name not in masked.split("…@")[0]


# ── Signing with it ──────────────────────────────────────────────────────────────────────────


def test_nobody_signs_without_the_code_when_it_is_asked_for(invitation):
    """D3-10, EL-28"""
    code, digits = asked(invitation)
    for session_witness in (witness(invitation), witness(invitation, link=witness(invitation).link, code=code.pk)):
        with pytest.raises(Refused) as refused:
            actions.sign(invitation, intent(invitation), session_witness)
        assert refused.value.codes == {"code-missing"}
    assert why(invitation, digits) == []
    link = witness(invitation).link
    assert actions.sign(invitation, intent(invitation), witness(invitation, link=link, code=code.pk))


def test_the_code_of_another_party_signs_nothing(invitation):
    """EL-28"""
    other = read_all(to_sign(invitation.version)[1])
    code, digits = asked(other)
    assert why(other, digits) == []
    with pytest.raises(Refused) as refused:
        actions.sign(invitation, intent(invitation), witness(invitation, link=witness(invitation).link, code=code.pk))
    assert refused.value.codes == {"code-missing"}


def test_an_hour_after_the_code_another_is_asked_for(invitation, time_machine):
    """D3-34"""
    begun = timezone.now()
    time_machine.move_to(begun, tick=False)
    code, digits = asked(invitation)
    assert why(invitation, digits) == []
    time_machine.move_to(begun + codes.VERIFIED_FOR, tick=False)
    assert codes.verified(invitation, BROWSER) is None
    assert not codes.stands(invitation, code.pk)


def evidence_of(signature):
    return json.loads(bytes(signature.evidence).split(b"\n", 1)[1])["identified_by"]


def test_the_evidence_says_link_and_code(invitation):
    """EL-27: to which address, masked, and when it was typed; never the digits."""
    code, digits = asked(invitation)
    why(invitation, digits)
    code.refresh_from_db()
    link = witness(invitation).link
    signature = actions.sign(invitation, intent(invitation), witness(invitation, link=link, code=code.pk))
    evidence = evidence_of(signature)
    assert evidence["code_verified_at"].startswith(code.verified_at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert {name: evidence[name] for name in ("method", "link", "code")} == {"method": "link+code", "link": link, "code": code.pk}
    assert json.loads(bytes(signature.annex).split(b"\n", 1)[1])["code_sent_to"] == code.sent_to
    assert Event.objects.filter(act="signed").get().facts["method"] == "link+code"


def test_an_account_types_the_code_too(invitation):
    """EL-28: the words say that a code is asked for, and they say it of everybody."""
    user = account(email=invitation.party.person.email)
    invitation.party.person.user = user
    invitation.party.person.save()
    session_witness = witness(invitation, link=None, method="account", user=user)
    with pytest.raises(Refused) as refused:
        actions.sign(invitation, intent(invitation), session_witness)
    assert refused.value.codes == {"code-missing"}
    code, digits = asked(invitation)
    why(invitation, digits)
    signature = actions.sign(invitation, intent(invitation), witness(invitation, link=None, method="account", user=user, code=code.pk))
    assert evidence_of(signature)["method"] == "account+code"


def test_no_code_is_sent_where_none_is_asked_for():
    from tests.agreements.factories import circulated

    invitation = to_sign(circulated())[0]
    with pytest.raises(Refused) as refused:
        signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))
    assert refused.value.codes == {"code-not-asked"}
    sign(invitation)
    with pytest.raises(Refused) as refused:
        signing_codes.ask_for_code(invitation, BROWSER, by=as_party(invitation))
    assert refused.value.codes == {"signed-already"}


# ── In the browser ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def visitor(invitation):
    client = Client()
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    return client


def url(name, invitation):
    return reverse(name, args=[invitation.pk])


def sent(invitation, **more):
    return {
        "sha256": invitation.version.content_sha256, "typed_name": invitation.party.person.name, "intends": "on", "consents": "on", **more,
    }  # fmt: skip


def test_a_party_gets_the_code_types_it_and_signs(visitor, invitation):
    """EL-28: on the page where one signs; nothing is typed before there is a code."""
    page = visitor.get(url("sign-sign", invitation)).content.decode()
    assert "Email me the code" in page
    assert 'name="typed_name"' not in page
    assert invitation.party.person.email not in page
    assert visitor.post(url("sign-code-send", invitation))["Location"] == url("sign-sign", invitation)
    deliver_due()
    page = visitor.get(url("sign-sign", invitation)).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert f"Sent to {invitation.party.person.email[0]}…@" in page
    answer = visitor.post(url("sign-sign", invitation), sent(invitation, code=digits_for(invitation)))
    assert answer["Location"] == url("sign-done", invitation)
    assert Signature.objects.count() == 1


def test_marking_the_last_section_has_the_code_sent_as_was_announced(invitation):
    """EL-28: one, however often it is pressed; the start says before that a code will come."""
    invitation, visitor = to_sign(invitation.version)[1], Client()
    visitor.post(reverse("open-invitation", args=[token_for(invitation)]))
    assert "When you sign, we’ll email you a six-digit code." in visitor.get(url("sign", invitation)).content.decode()
    for _ in range(2):
        assert visitor.post(url("sign-read", invitation), {"section": "all"})["Location"] == url("sign-sign", invitation)
    assert SigningCode.objects.count() == 1
    assert 'autocomplete="one-time-code"' in visitor.get(url("sign-sign", invitation)).content.decode()


def test_a_link_that_is_opened_again_leads_to_the_field_and_the_code_still_works(visitor, invitation):
    """EL-28"""
    visitor.post(url("sign-code-send", invitation))
    deliver_due()
    again = reverse("open-invitation", args=[token_for(invitation)])
    assert visitor.get(again)["Location"] == url("sign-sign", invitation)
    assert visitor.post(again)["Location"] == url("sign-sign", invitation)
    answer = visitor.post(url("sign-sign", invitation), sent(invitation, code=digits_for(invitation)))
    assert answer["Location"] == url("sign-done", invitation)


def test_a_right_code_counts_though_the_name_is_refused(visitor, invitation):
    """EL-28: it is not asked for again."""
    visitor.post(url("sign-code-send", invitation))
    deliver_due()
    answer = visitor.post(url("sign-sign", invitation), sent(invitation, code=digits_for(invitation), typed_name="Somebody Else"))
    assert (answer.status_code, {finding.code for finding in answer.context["findings"]}) == (409, {"name-differs"})
    assert 'name="code"' not in answer.content.decode()
    assert visitor.post(url("sign-sign", invitation), sent(invitation))["Location"] == url("sign-done", invitation)


def test_another_code_is_sent_without_leaving_the_page(visitor, invitation):
    """EL-28: with scripts the answer is where it went; past the limit it is when to come back."""
    for words in ("On its way to", "On its way to", "On its way to", "Ask for another one after"):
        answer = visitor.post(url("sign-code-send", invitation), headers={"HX-Request": "true"})
        assert (answer.status_code, words in answer.content.decode()) == (200, True)


def test_a_wrong_code_says_how_many_tries_are_left_and_five_what_to_do(visitor, invitation):
    """D2.3: beside the field; the name and the ticks stay."""
    visitor.post(url("sign-code-send", invitation))
    deliver_due()
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        page = visitor.post(url("sign-sign", invitation), sent(invitation, code=wrong(digits_for(invitation)))).content.decode()
        assert f"You have {left} left" in page
        assert f'value="{invitation.party.person.name}"' in page
        assert wrong(digits_for(invitation)) not in page
    page = visitor.post(url("sign-sign", invitation), sent(invitation, code=wrong(digits_for(invitation)))).content.decode()
    assert "no longer works" in page
    assert "Get a new code" in visitor.get(url("sign-sign", invitation)).content.decode()
    assert not Signature.objects.exists()


def test_a_wrong_try_stays_counted_whatever_is_sent_with_it(visitor, invitation):
    """D3-30: a submission id rolls back what did not lead anywhere (web/idempotent_post.py); tries must not be among it."""
    visitor.post(url("sign-code-send", invitation))
    deliver_due()
    for _ in range(7):
        visitor.post(url("sign-sign", invitation), sent(invitation, code=wrong(digits_for(invitation)), **{FIELD: str(uuid.uuid4())}))
    assert SigningCode.objects.get().tries == 5


def test_a_post_to_sign_without_the_code_is_refused_with_everything_else(visitor, invitation):
    """D3-10: old words, no code."""
    data = {"sha256": "0" * 64, "typed_name": "Somebody Else", "intends": "on", "consents": "on"}
    response = visitor.post(url("sign-sign", invitation), data)
    assert response.status_code == 409
    assert {finding.code for finding in response.context["findings"]} == {"code-missing", "words-changed", "name-differs"}


def test_looking_where_the_code_is_typed_changes_nothing(visitor, invitation):
    """D3-20"""
    before = Event.objects.count()
    for _ in range(5):
        visitor.get(url("sign-sign", invitation))
    assert (SigningCode.objects.count(), Event.objects.count()) == (0, before)


def test_the_fourth_code_in_an_hour_says_when_to_come_back(visitor, invitation):
    """ASVS 2.4.1"""
    for _ in range(3):
        assert visitor.post(url("sign-code-send", invitation)).status_code == 302
    response = visitor.post(url("sign-code-send", invitation))
    assert response.status_code == 409
    assert "Ask for another one after" in response.content.decode()
