"""Codes: made as their mail leaves, known by their HMAC, worth something in one browser (EL-28)."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from agreements.models import Invitation, SigningCode
from outbox.delivery.compose import NoLongerHolds, recipe

DIGITS = 6
LASTS = datetime.timedelta(minutes=10)
VERIFIED_FOR = datetime.timedelta(hours=1)


@recipe("agreements.codes.mint")
@transaction.atomic
def issue_code(code: int) -> str:
    """The digits of the code with this id, to be put into a mail that is leaving now; only their HMAC is kept.

    Sent again, the mail has other digits, and those of before are worth nothing. Raises `NoLongerHolds` when
    the code was typed, used up or replaced meanwhile, or was asked for an hour ago.
    """
    row = SigningCode.objects.select_for_update(of=("self",)).get(pk=code)
    now = timezone.now()
    if row.ended_at or row.verified_at or row.is_used_up or now - row.asked_at > VERIFIED_FOR:
        raise NoLongerHolds(_("This code is no longer needed."))
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row.hmac, row.expires_at = hmac_of(row, digits), now + LASTS
    row.save(update_fields=["hmac", "expires_at"])
    return digits


def hmac_of(code: SigningCode, digits: str) -> str:
    """Under the portal's secret key: whoever has the database alone can't try a million codes against it."""
    return salted_hmac("agreements.codes", f"{code.pk}:{digits}", algorithm="sha256").hexdigest()


def is_right(code: SigningCode, typed: str) -> bool:
    """Whether `typed` are the digits that were sent, however they are spaced."""
    digits = "".join(c for c in typed if c.isdigit())
    # In constant time: how long a comparison takes must not tell how many digits are right.
    return bool(code.hmac) and constant_time_compare(hmac_of(code, digits), code.hmac)


def browser_digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


def masked_address(address: str) -> str:
    """Enough of an address for its owner to know it, such as “d…@gov.bc.ca”."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def newest(invitation: Invitation, browser: str) -> SigningCode | None:
    """The last code that was asked for from this browser, whatever became of it."""
    return invitation.codes.filter(browser_sha256=browser_digest(browser)).last() if browser else None


def waiting(invitation: Invitation, browser: str) -> SigningCode | None:
    """The code that was sent to be typed in this browser and can still be; None when there is none."""
    code = newest(invitation, browser)
    if code is None or code.ended_at or code.verified_at or code.is_used_up or code.has_expired(timezone.now()):
        return None
    return code


def verified(invitation: Invitation, browser: str) -> SigningCode | None:
    """The code that was typed in this browser and lets it sign now."""
    code = newest(invitation, browser)
    return code if code and stands(invitation, code.pk) else None


def stands(invitation: Invitation, code: int | None) -> bool:
    """Whether this code was typed for this invitation, not too long ago, and not replaced since."""
    since = timezone.now() - VERIFIED_FOR
    return code is not None and invitation.codes.filter(pk=code, ended_at=None, verified_at__gt=since).exists()
