"""API tokens: shown once, hashed, limited, expiring, revocable at once (EL-91, issue: API)."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from ledger.models import Event
from reports.models import ApiToken, Scope
from reports.todo import expiring_tokens
from reports.tokens.actions import create_token, revoke_token
from tests.clock import NOW, TODAY
from tests.factories import account
from tests.reports.factories import program, token_for
from tests.residencies.rows import residency
from web.token_pages import digest

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
LIST = "/api/v1/residencies"


def test_the_text_of_a_token_is_shown_once_and_only_its_hash_is_stored(as_ops):
    response = as_ops.post(
        reverse("api-token-create"), {"name": "Dashboard", "scope": "read", "expires_on": (TODAY + 30 * DAY).isoformat()}
    )
    token = ApiToken.objects.get()
    text = response.context["text"]
    assert text.startswith(token.prefix)
    assert len(text) >= 43 + len(token.prefix)
    assert text in response.content.decode()
    assert token.sha256 == digest(text)
    assert text not in as_ops.get(reverse("api-tokens")).content.decode()
    event = Event.objects.get(act="api-token-created")
    assert text not in str(event.facts)
    assert digest(text) not in str(event.facts)


def test_a_revoked_token_is_refused_by_the_next_request(ops):
    token, text = token_for(ops)
    assert program(text).get(LIST).status_code == 200
    revoke_token(token, by=ops)
    refused = program(text).get(LIST)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Bearer"
    assert refused["Content-Type"] == "application/problem+json"


def test_an_expired_token_and_one_of_a_closed_account_are_refused(ops):
    _token, text = token_for(ops, days=1)
    gone = account("viewer")
    _other, theirs = token_for(gone)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    assert program(theirs).get(LIST).status_code == 401
    with time_machine.travel(NOW + 2 * DAY):
        assert program(text).get(LIST).status_code == 401


def test_a_token_is_valid_for_a_year_at_most(ops):
    for day in (TODAY - DAY, TODAY + 370 * DAY):
        with pytest.raises(Refused) as refusal:
            create_token(name="Dashboard", scope=Scope.READ, expires_on=day, by=ops)
        assert refusal.value.codes == {"token-days"}


def test_an_account_has_twenty_working_tokens_at_most(ops):
    for _number in range(20):
        token_for(ops)
    with pytest.raises(Refused) as refusal:
        token_for(ops)
    assert refusal.value.codes == {"token-too-many"}
    revoke_token(ApiToken.objects.first(), by=ops)
    token_for(ops)


def test_a_token_reads_what_its_account_may_see_and_no_more(ops):
    owner = account("product_owner")
    own, other = residency(kept_by=owner), residency()
    _token, text = token_for(owner)
    references = {item["reference"] for item in program(text).get(LIST).json()["items"]}
    assert references == {own.reference}
    assert program(text).get(f"{LIST}/{other.reference}").status_code == 404


def test_a_token_for_one_residency_reads_no_other(ops):
    own, other = residency(), residency()
    _token, text = token_for(ops, subject=own)
    assert [item["reference"] for item in program(text).get(LIST).json()["items"]] == [own.reference]
    assert program(text).get(f"{LIST}/{own.reference}/team").status_code == 200
    for path in (other.reference, f"{other.reference}/team"):
        assert program(text).get(f"{LIST}/{path}").status_code == 404


def test_a_residency_that_the_account_cannot_see_cannot_be_chosen(ops):
    stranger = account("product_owner")
    with pytest.raises(Refused) as refusal:
        token_for(stranger, subject=residency())
    assert refusal.value.codes == {"token-subject"}


def test_cookies_open_nothing(as_ops):
    assert as_ops.get(LIST).status_code == 401


def test_only_its_account_leadership_and_administrators_revoke_a_token(ops, lead):
    token, _text = token_for(ops)
    with pytest.raises(PermissionDenied):
        revoke_token(token, by=account("lab_ops"))
    other = Client()
    other.force_login(account("lab_ops"))
    assert other.post(reverse("api-token-revoke", args=[token.pk])).status_code == 403
    revoke_token(token, by=lead)
    assert ApiToken.objects.get().revoked_at


def test_use_is_stored_once_a_minute(ops):
    _token, text = token_for(ops)
    program(text).get(LIST)
    used = ApiToken.objects.get().last_used_at
    assert used
    program(text).get(LIST)
    assert ApiToken.objects.get().last_used_at == used
    with time_machine.travel(NOW + datetime.timedelta(minutes=2)):
        program(text).get(LIST)
    assert ApiToken.objects.get().last_used_at > used


def test_home_tells_two_weeks_before_a_token_in_use_expires(ops):
    _token, text = token_for(ops, days=10)
    assert expiring_tokens(TODAY) == []
    program(text).get(LIST)
    (line,) = expiring_tokens(timezone.localdate())
    assert line.assignee == ops.pk
    assert "expires after" in line.title
