"""What must hold before somebody signs, and whether a typed name is theirs: plain facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.versions.rules import PLACE
from findings import Finding, blocking
from spelling.compare import signs_as

_blocks = partial(blocking, place=PLACE)


@dataclass(frozen=True)
class SigningFacts:
    """All that decides whether a party may sign now, read under the version's lock."""

    version_open: bool
    words_are_current: bool
    party_is_current: bool
    invitation_live: bool
    role_signs: bool
    stage_open: bool
    signed_already: bool
    declined: bool
    code_in_order: bool
    own_account: bool
    unread: Sequence[str]
    person_name: str
    typed_name: str
    intent: bool
    consent: bool
    misaligned: Sequence[str] = ()
    acknowledged: bool = False


def before_signing(facts: SigningFacts) -> Iterator[Finding]:
    """Every reason why this signature can't be given, not only the first (EL-23, EL-27, EL-28)."""
    checks = (
        (facts.signed_already, "signed-already", _("You have signed this version already."), _("There is nothing more to do.")),
        (facts.declined, "declined", _("You have declined to sign."), _("Ask lab operations to invite you again.")),
        (
            not facts.version_open,
            "not-open-for-signing",
            _("This version of the agreement is not out for signing."),
            _("Open the newest version."),
        ),
        (
            not facts.words_are_current,
            "words-changed",
            _("The agreement on your screen is not the version that is out for signing now."),
            _("Open the agreement again and read what it says now."),
        ),
        (not facts.party_is_current, "not-a-party", _("You no longer fill this role in the agreement."), _("Ask lab operations who does.")),
        (not facts.invitation_live, "invitation-ended", _("Your invitation to sign has ended."), _("Ask lab operations for a new one.")),
        (not facts.role_signs, "role-informed", _("Your role is kept informed and does not sign."), _("There is nothing more to do.")),
        (
            not facts.stage_open,
            "stage-not-open",
            _("It is not your turn to sign yet: others sign before you."),
            _("We write to you as soon as they have."),
        ),
        (
            not facts.code_in_order,
            "code-missing",
            _("This agreement asks for a one-time code from your mail, and none was typed here within the last hour."),
            _("Ask for a code and type it, then sign."),
        ),
        (
            not facts.own_account,
            "another-account",
            _("You are signed in with another person’s account. You can only sign for yourself."),
            _("Sign out, then open the link from your mail."),
        ),
    )
    yield from (_blocks(code, message, remedy) for holds, code, message, remedy in checks if holds)
    yield from _unread(facts.unread)
    yield from _statement_findings(facts)


@dataclass(frozen=True)
class AnswerFacts:
    """All that decides whether a party may decline or hand over now, read under the version's lock."""

    version_open: bool
    party_is_current: bool
    invitation_live: bool
    role_signs: bool
    signed_already: bool
    declined: bool


def before_answering(facts: AnswerFacts) -> Iterator[Finding]:
    """Every reason why a party can neither decline nor hand over (EL-29)."""
    checks = (
        (
            facts.signed_already,
            "signed-already",
            _("You have signed this version. What is signed stays signed."),
            _("You may ask for an amendment instead: write to lab operations."),
        ),
        (facts.declined, "declined", _("You have declined already."), _("Ask lab operations to invite you again.")),
        (not facts.version_open, "not-open-for-signing", _("This version of the agreement is not out for signing."), _("Open the newest.")),
        (not facts.party_is_current, "not-a-party", _("You no longer fill this role in the agreement."), _("Ask lab operations who does.")),
        (not facts.invitation_live, "invitation-ended", _("Your invitation to sign has ended."), _("Ask lab operations for a new one.")),
        (not facts.role_signs, "role-informed", _("Your role is kept informed and does not sign."), _("There is nothing more to do.")),
    )
    yield from (_blocks(code, message, remedy) for holds, code, message, remedy in checks if holds)


def reason_given(reason: str) -> Iterator[Finding]:
    if not reason.strip():
        yield _blocks("reason-missing", _("You have not said why."), _("Write the reason in a sentence or two."))


def _unread(unread: Sequence[str]) -> Iterator[Finding]:
    if unread:
        count = len(unread)
        message = ngettext(
            "You have not marked %(count)d section as read yet: %(sections)s.",
            "You have not marked %(count)d sections as read yet: %(sections)s.",
            count,
        ) % {"count": count, "sections": "; ".join(unread)}
        yield _blocks("sections-unread", message, _("Read them and mark each as read."))


def _statement_findings(facts: SigningFacts) -> Iterator[Finding]:
    if not facts.typed_name.strip():
        yield _blocks("name-missing", _("Your signature is missing."), _("Type your full name."))
    elif not signs_as(facts.typed_name, facts.person_name):
        message = _("You typed “%(typed)s”, and this agreement asks %(name)s to sign.") % {
            "typed": facts.typed_name,
            "name": facts.person_name,
        }
        yield _blocks("name-differs", message, _("Type your name as it is shown. If that isn’t your name, tell the lab."))
    if not facts.intent:
        yield _blocks("intent-missing", _("You have not said that you mean to sign."), _("Tick the statement above the button."))
    if not facts.consent:
        yield _blocks(
            "consent-missing", _("You have not agreed to sign electronically."), _("Tick the statement, or ask the lab for paper.")
        )

    if facts.misaligned and not facts.acknowledged:
        message = _("You find these clauses misaligned: %(clauses)s.") % {"clauses": ", ".join(facts.misaligned)}
        yield _blocks("misaligned-unknowingly", message, _("Say that you sign all the same, or wait until the clause is changed."))
