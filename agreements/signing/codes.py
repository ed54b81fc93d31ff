"""A party asks for a one-time code and types it (EL-28)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import Actor, act
from agreements.invitations import codes
from agreements.models import Invitation, Signature, SigningCode
from agreements.signing import mail
from agreements.versions.locks import locked_invitation, version_facts
from findings import Finding, Refused, blocking
from ledger.actions import append

CODES_AN_HOUR = 3
HOUR = datetime.timedelta(hours=1)


@act("agreements.answer")
def ask_for_code(invitation: Invitation, browser: str, *, by: Actor) -> SigningCode:
    """Have a code sent to the address on record, for this browser alone; older codes end (EL-28).

    Raises `Refused` when there is nothing to sign with it, or three were sent within the hour.
    """
    invitation = locked_invitation(invitation)
    now = timezone.now()
    findings = list(_before_sending(invitation, now))
    if findings:
        raise Refused(findings)
    invitation.codes.filter(ended_at=None).update(ended_at=now)
    sent_to = codes.masked_address(invitation.party.person.email)
    code = SigningCode.objects.create(invitation=invitation, browser_sha256=codes.browser_digest(browser), sent_to=sent_to, asked_at=now)
    mail.code(code)
    append(
        invitation.version.agreement.stream, "signing-code-asked", by=invitation.party.person,
        facts={**version_facts(invitation.version), "code": code.pk, "to": sent_to},
    )  # fmt: skip
    return code


def code_on_its_way(invitation: Invitation, browser: str, *, by: Actor) -> SigningCode | None:
    """The code that waits to be typed in this browser; sends one if there is none and one may be sent now (EL-28)."""
    waiting = codes.waiting(invitation, browser)
    if waiting or _before_sending(invitation, timezone.now()):
        return waiting
    return ask_for_code(invitation, browser, by=by)


def _before_sending(invitation: Invitation, now: datetime.datetime) -> list[Finding]:
    findings = []
    version = invitation.version
    verb = version.agreement.template_version.words.params
    if Signature.objects.filter(version=version, role=invitation.party.role_id).exists():
        message = _("You’ve already %(signed)s this version.") % verb
        findings.append(blocking("signed-already", message, _("You don’t need to do anything.")))
    elif not invitation.may_sign:
        message = _("You’re not asked to %(sign)s this version now.") % verb
        findings.append(blocking("not-open-for-signing", message, _("Open the latest version.")))
    elif not version.asks_for_code:
        message = _("You don’t need a code to %(sign)s this agreement.") % verb
        findings.append(blocking("code-not-asked", message, _("Continue to %(sign)s.") % verb))
    lately = list(invitation.codes.filter(asked_at__gt=now - HOUR).order_by("asked_at"))
    if len(lately) >= CODES_AN_HOUR:
        again = time_format(timezone.localtime(lately[-CODES_AN_HOUR].asked_at + HOUR), "g:i a")
        message = ngettext("We’ve sent you %(count)d code in the last hour.", "We’ve sent you %(count)d codes in the last hour.",
                           len(lately)) % {"count": len(lately)}  # fmt: skip
        findings.append(blocking("codes-too-often", message, _("Ask for another one after %(time)s Pacific time.") % {"time": again}))
    return findings


@act("agreements.answer")
def enter_code(invitation: Invitation, typed: str, browser: str, *, by: Actor) -> list[Finding]:
    """The party typed a code; returns why it is not taken, or nothing when it is (EL-28).

    Does not raise: a wrong try has happened, is counted, and must stay. A right code is taken once, in the
    browser that asked for it, within ten minutes and five tries.
    """
    invitation = locked_invitation(invitation)
    code = codes.newest(invitation, browser)
    findings = list(_before_typing(code))
    if code is None or findings:
        return findings
    right = codes.is_right(code, typed)
    code.tries += 0 if right else 1
    code.verified_at = timezone.now() if right else None
    code.save(update_fields=["tries", "verified_at"])
    append(
        invitation.version.agreement.stream, "signing-code-entered" if right else "signing-code-wrong", by=invitation.party.person,
        facts={**version_facts(invitation.version), "code": code.pk, "tries": code.tries},
    )  # fmt: skip
    return [] if right else list(_before_typing(code)) or [_wrong(code)]


def why_not(code: SigningCode | None) -> list[Finding]:
    """What to tell whoever comes back to the code's page: why the last try failed or can't be made; nothing when none did."""
    findings = _before_typing(code) if code else []
    return findings or ([_wrong(code)] if code and code.tries else [])


def _before_typing(code: SigningCode | None) -> list[Finding]:
    again = _("Ask for a new code.")
    if code is None or code.ended_at:
        return [blocking("code-replaced", _("There’s no code to enter in this browser."), again)]
    if code.verified_at:
        return [
            blocking("code-used", _("You’ve already used this code. Each code works once."), _("Continue to sign, or ask for a new code."))
        ]
    if code.is_used_up:
        return [blocking("code-used-up", _("That was the fifth wrong code. This one no longer works."), again)]
    if code.has_expired(timezone.now()):
        return [blocking("code-expired", _("This code is more than ten minutes old and no longer works."), again)]
    return []


def _wrong(code: SigningCode) -> Finding:
    left = code.tries_left
    remedy = ngettext(
        "Check it against our latest email. You have %(left)d try left.",
        "Check it against our latest email. You have %(left)d tries left.",
        left,
    ) % {"left": left}
    return blocking("code-wrong", _("That’s not the code we sent."), remedy)
