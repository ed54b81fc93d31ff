"""What the log says of who came and who was refused, and what it never says (D3-44)."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Invitation
from labportal.logs import logging_config
from outbox.delivery.worker import deliver_due
from outbox.preferences.links import token_of
from residencies.models import Residency
from tests.agreements.factories import circulated, to_sign, token_for
from tests.factories import account
from tests.residencies.factories import applicant, draft_residency, ops, qualified_residency

pytestmark = pytest.mark.django_db
GOOD = "quiet harbour lantern"


class Lines(io.StringIO):
    """The log as it would be shipped: one JSON object a line."""

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def named(self, event: str) -> list[dict[str, object]]:
        return [line for line in self.events if line["event"] == event]


@pytest.fixture
def log() -> Iterator[Lines]:
    """Everything at INFO, through the formatter of production, whatever the level of this run."""
    from logging.config import DictConfigurator

    lines = Lines()
    handler = logging.StreamHandler(lines)
    settings = logging_config(json=True, level="INFO")
    handler.setFormatter(DictConfigurator(settings).configure_formatter(settings["formatters"]["lines"]))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in ("django", "django.request", "django_structlog"))]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.INFO)
    yield lines
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def dana():
    user = account("lab_ops", email="dana@example.org", name="Dana Lee")
    user.set_password(GOOD)
    user.save()
    return user


def sign_in(password: str, login: str = "dana@example.org") -> Client:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.post(reverse("account_login"), {"login": login, "password": password})
    return client


def test_who_comes_in_and_who_leaves_is_on_a_line_with_where_from(log, dana):
    """D3-44"""
    sign_in(GOOD).post(reverse("account_logout"))
    for event in ("signed_in", "signed_out"):
        (line,) = log.named(event)
        assert (line["account"], line["address"]) == (dana.pk, "203.0.113.9")


@pytest.mark.parametrize(("login", "known"), [("dana@example.org", True), ("nobody@example.org", False), (f"{GOOD} typed here", False)])
def test_a_failed_sign_in_is_on_a_line_without_what_was_typed(log, dana, login, known):
    """D3-44: also who types the password into the wrong field does not find it in the log."""
    sign_in("a wrong password, too", login)
    for line in log.named("sign_in_failed"):
        assert (line["account"], line["address"]) == (dana.pk if known else None, "203.0.113.9")
    assert bool(log.named("sign_in_failed")) or " " in login
    assert GOOD not in log.getvalue()
    assert "wrong password" not in log.getvalue()


def test_a_refused_page_and_a_refused_move_are_on_a_line_with_who_and_where(log):
    """D3-44"""
    officer = ops()
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(officer, backend="labportal.accounts.Backend")
    assert client.get(reverse("admin:index")).status_code in {302, 403}
    qualified = qualified_residency()
    assert client.post(reverse("review-qualify", args=[qualified.reference])).status_code == 403
    move = reverse("residency-move", args=[Residency.objects.get().reference, "start"])
    assert client.post(move, {"on": "2026-01-05"}).status_code in {200, 403, 409}
    finished = {line["request"]: line for line in log.named("request_finished")}
    refused = finished[f"POST {reverse('review-qualify', args=[qualified.reference])}"]
    assert (refused["code"], refused["user_id"], refused["ip"]) == (403, officer.pk, "203.0.113.9")
    assert (finished[f"POST {move}"]["user_id"], finished[f"POST {move}"]["ip"]) == (officer.pk, "203.0.113.9")


def test_no_line_holds_a_link_or_an_address_and_a_newline_starts_no_line(log, dana):
    """D3-44: from an intake to an invitation that is opened, asked for anew and spoilt."""
    dana.name = 'Dana\n{"event": "forged"}\r\nLee'
    dana.save()
    keeper = applicant(email="keeper.of.it@example.org", name="Kim\nLee")
    draft_residency(by=keeper, product="One\nTwo")
    invitation: Invitation = to_sign(circulated(by=dana))[0]
    token = token_for(invitation)
    visitor = sign_in(GOOD)
    visitor.get(reverse("people"), {"q": "somebody@example.org\nforged"})
    client = Client()
    for address in (reverse("open-invitation", args=[token]), reverse("open-invitation", args=["t" * 43])):
        client.get(address)
        client.post(address)
    client.post(reverse("new-link", args=[token]))
    choosing = token_of(invitation.party.person, invitation.party.person.email)
    client.get(reverse("mail-by-link", args=[choosing]))
    client.post(reverse("mail-stop", args=[choosing, "agreement-copy"]), {"List-Unsubscribe": "One-Click"})
    deliver_due()
    logging.getLogger("agreements").warning("Somebody wrote %s about %s", "keeper.of.it@example.org", f"/a/{token}")
    text = log.getvalue()
    assert len(log.events) > 8, "nothing was logged, so nothing was shown"
    assert token not in text
    assert choosing not in text
    assert choosing.split(".")[-1] not in text
    assert "t" * 43 not in text
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
    assert not log.named("forged")
