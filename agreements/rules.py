"""What must hold before somebody signs, and whether a typed name is theirs: plain facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from findings import Finding, Severity, blocking
from spelling.compare import signs_as

PLACE = "agreement"
_blocks = partial(blocking, place=PLACE)


def in_turn(stages: Mapping[int, int]) -> dict[int, int]:
    """The stage of each role in the same order, counted from 1 without gaps (EL-30)."""
    places = {stage: place for place, stage in enumerate(sorted(set(stages.values())), 1)}
    return {role: places[stage] for role, stage in stages.items()}


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
    knowingly: bool = False


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

    if facts.misaligned and not facts.knowingly:
        message = _("You find these clauses misaligned: %(clauses)s.") % {"clauses": ", ".join(facts.misaligned)}
        yield _blocks("misaligned-unknowingly", message, _("Say that you sign all the same, or wait until the clause is changed."))


@dataclass(frozen=True)
class DraftFacts:
    """All that decides whether a draft may go out."""

    unfilled: Sequence[str]
    without_address: Sequence[str]
    empty_header: Sequence[str]
    filled_to_sign: int
    signing_sides: Sequence[str]


# Sides without whose signature an agreement binds nobody. Which roles sign for them is the template's data (EL-22).
SIDES = {"lab": gettext_lazy("the lab"), "program": gettext_lazy("the program area")}


def unsigned_sides(signing: Iterable[str]) -> list[str]:
    """Which sides that have to sign have no signing role, by name; `signing` are the sides of the roles that must sign."""
    return [str(name) for side, name in SIDES.items() if side not in set(signing)]


def before_circulating(facts: DraftFacts) -> Iterator[Finding]:
    """Every reason why a draft can't be circulated yet (EL-21, EL-22)."""
    for label in facts.unfilled:
        yield blocking(
            "role-unfilled", _("Nobody fills the role “%(role)s”, which must sign.") % {"role": label},
            _("Name a person."), "agreement-parties",
        )  # fmt: skip
    for side in unsigned_sides(facts.signing_sides):
        yield blocking(
            "side-without-signer", _("No role signs for %(side)s.") % {"side": side},
            _("Make the agreement again, from a template version in which both sides sign."), "agreement-parties",
        )  # fmt: skip
    for name in facts.without_address:
        yield blocking(
            "party-without-address", _("%(name)s has no e-mail address to send the agreement to.") % {"name": name},
            _("Add the address."), "agreement-parties",
        )  # fmt: skip
    for label in facts.empty_header:
        yield blocking("header-empty", _("“%(field)s” is empty.") % {"field": label}, _("Fill it in."), "agreement-header")


class Missing(NamedTuple):
    """Somebody who must sign and has not."""

    name: str
    role: str
    declined: bool = False


@dataclass(frozen=True)
class StandFacts:
    """Where the agreements of a subject stand: the furthest state reached, and who has still to sign."""

    any_made: bool
    in_force: bool
    circulated: bool
    missing: Sequence[Missing]
    paper_waits: bool = False


def before_relying_on(facts: StandFacts) -> Iterator[Finding]:
    """Nothing when an agreement is in force; else every missing step, party by party (EL-31)."""
    if facts.in_force:
        return
    if facts.paper_waits:
        message = _("The scan of the agreement signed on paper is waiting for a second person at the lab.")
        yield blocking("paper-unconfirmed", message, _("Compare the scan with what was entered, then confirm it."), PLACE)
        return
    if not facts.any_made:
        yield blocking("no-agreement", _("There is no agreement yet."), _("Make it from the template."), PLACE)
    elif not facts.circulated:
        message = _("The agreement is a draft: nobody has been asked to sign it.")
        yield blocking("agreement-not-circulated", message, _("Finish the draft and send it to the parties."), PLACE)
    yield from _missing_signatures(facts.missing)


def _missing_signatures(missing: Iterable[Missing]) -> Iterator[Finding]:
    for signer in missing:
        params = {"name": signer.name, "role": signer.role}
        if signer.declined:
            message = _("%(name)s (%(role)s) has declined to sign the agreement.") % params
            yield blocking(
                "declined-to-sign",
                message,
                _("Read the reason. Then change the words or name another person, and send a new invitation."),
                PLACE,
            )
            continue
        message = _("%(name)s (%(role)s) has not signed the agreement.") % params
        yield blocking("not-signed", message, _("See where the invitation stands, or send a new link."), PLACE)


@dataclass(frozen=True)
class VoidFacts:
    """Whether an agreement of a subject was made void, and how far the one in its place is."""

    voided: bool
    in_force: bool
    made_anew: bool


def after_void(facts: VoidFacts) -> Iterator[Finding]:
    """A subject that began under an agreement has none in force any more (EL-33)."""
    if not facts.voided or facts.in_force:
        return
    message = _("Its agreement was made void, and none is in force.")
    remedy = _("Have the new one signed.") if facts.made_anew else _("Make a new one in its place.")
    yield Finding("agreement-voided", Severity.BLOCKS_LIVE, message, remedy, PLACE)
