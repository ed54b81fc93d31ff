"""What must hold before somebody signs, and whether a typed name is theirs: plain facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.versions.rules import PLACE
from findings import Finding, blocking
from spelling.compare import signs_as

_blocks = partial(blocking, place=PLACE)


@dataclass(frozen=True)
class SigningFacts:
    """All that decides whether a party may sign now, read under the version's lock; `verb` has the forms that sentences need."""

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
    verb: Mapping[str, Any]
    misaligned: Sequence[str] = ()
    acknowledged: bool = False


def before_signing(facts: SigningFacts) -> Iterator[Finding]:
    """Every reason why this signature can't be given, not only the first (EL-23, EL-27, EL-28)."""
    verb = facts.verb
    if facts.signed_already:
        yield _blocks("signed-already", _("You’ve already %(signed)s this version.") % verb, _("You don’t need to do anything."))
    if facts.declined:
        yield _blocks("declined", _("You declined to %(sign)s.") % verb, _("Ask lab operations to invite you again."))
    yield from _not_asked(facts)
    checks = (
        (
            not facts.words_are_current,
            "words-changed",
            _("The agreement on your screen isn’t the version that’s out for %(signature)s now.") % verb,
            _("Open the agreement again and read the current version."),
        ),
        (
            not facts.stage_open,
            "stage-not-open",
            _("It’s not your turn to %(sign)s yet. Others %(sign)s before you.") % verb,
            _("We’ll email you as soon as they have."),
        ),
        (
            not facts.code_in_order,
            "code-missing",
            _("You need a one-time code to %(sign)s this agreement, and you haven’t entered one in the last hour.") % verb,
            _("Get a code by email, enter it, then %(sign)s.") % verb,
        ),
        (
            not facts.own_account,
            "another-account",
            _("You are signed in with another person’s account. You can only %(sign)s for yourself.") % verb,
            _("Sign out, then open the link in your email."),
        ),
    )
    yield from (_blocks(code, message, remedy) for holds, code, message, remedy in checks if holds)
    yield from _unread(facts.unread)
    yield from _statement_findings(facts)


@dataclass(frozen=True)
class AnswerFacts:
    """All that decides whether a party may decline or hand over now, read under the version's lock; `verb` as in `SigningFacts`."""

    version_open: bool
    party_is_current: bool
    invitation_live: bool
    role_signs: bool
    signed_already: bool
    declined: bool
    verb: Mapping[str, Any]


def before_answering(facts: AnswerFacts) -> Iterator[Finding]:
    """Every reason why a party can neither decline nor hand over (EL-29)."""
    if facts.signed_already:
        message = _("You’ve already %(signed)s this version, and %(a_signature)s can’t be withdrawn.") % facts.verb
        yield _blocks("signed-already", message, _("To change the agreement, ask lab operations for an amendment."))
    if facts.declined:
        yield _blocks("declined", _("You’ve already declined."), _("Ask lab operations to invite you again."))
    yield from _not_asked(facts)


def _not_asked(facts: SigningFacts | AnswerFacts) -> Iterator[Finding]:
    """Every reason why the version, the role or the invitation asks this party for nothing now."""
    verb = facts.verb
    checks = (
        (
            not facts.version_open,
            "not-open-for-signing",
            _("This version of the agreement isn’t out for %(signature)s.") % verb,
            _("Open the latest version."),
        ),
        (
            not facts.party_is_current,
            "not-a-party",
            _("You no longer have this role in the agreement."),
            _("Ask lab operations who has the role now."),
        ),
        (
            not facts.invitation_live,
            "invitation-ended",
            _("Your invitation to %(sign)s has ended.") % verb,
            _("Ask lab operations for a new invitation."),
        ),
        (
            not facts.role_signs,
            "role-informed",
            _("People in your role are kept informed and don’t %(sign)s.") % verb,
            _("You don’t need to do anything."),
        ),
    )
    yield from (_blocks(code, message, remedy) for holds, code, message, remedy in checks if holds)


def reason_given(reason: str) -> Iterator[Finding]:
    if not reason.strip():
        yield _blocks("reason-missing", _("The reason is missing."), _("Give it in a sentence or two."))


def _unread(unread: Sequence[str]) -> Iterator[Finding]:
    if unread:
        count = len(unread)
        message = ngettext(
            "You haven’t marked %(count)d section as read yet: %(sections)s.",
            "You haven’t marked %(count)d sections as read yet: %(sections)s.",
            count,
        ) % {"count": count, "sections": "; ".join(unread)}
        yield _blocks("sections-unread", message, _("Read them and mark each as read."))


def _statement_findings(facts: SigningFacts) -> Iterator[Finding]:
    if not facts.typed_name.strip():
        yield _blocks("name-missing", _("Your %(signature)s is missing.") % facts.verb, _("Enter your full name."))
    elif not signs_as(facts.typed_name, facts.person_name):
        message = _("You entered “%(typed)s”, but this agreement asks %(name)s to %(sign)s.") % {
            **facts.verb,
            "typed": facts.typed_name,
            "name": facts.person_name,
        }
        yield _blocks("name-differs", message, _("Enter your name as shown. If it’s not your name, tell the lab."))
    if not facts.intent:
        message = _("You haven’t confirmed that you intend to %(sign)s.") % facts.verb
        yield _blocks("intent-missing", message, _("Select the statement above the button."))
    if not facts.consent:
        message = _("You haven’t agreed to %(sign)s electronically.") % facts.verb
        yield _blocks("consent-missing", message, _("Select the statement, or ask the lab to %(sign)s on paper.") % facts.verb)
    if facts.misaligned and not facts.acknowledged:
        message = _("You marked these clauses as misaligned: %(clauses)s.") % {"clauses": ", ".join(facts.misaligned)}
        remedy = _("Confirm that you want to %(sign)s anyway, or wait until they’re changed.") % facts.verb
        yield _blocks("misaligned-unknowingly", message, remedy)
