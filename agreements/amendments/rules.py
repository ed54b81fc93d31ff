"""What must hold before a change of words is proposed or decided: plain facts in, findings out (EL-25)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from findings import Finding, blocking

PLACE = "agreement-amendments"
_blocks = partial(blocking, place=PLACE)


@dataclass(frozen=True)
class Wording:
    """A wanted change. `kind` is one of an amendment's.

    `place` is the clause's number, for a new clause the section's, the key of a header field, or the key of the side that a new
    party is on; a new party is `person` in the role `heading`, who signs or is kept informed.
    """

    kind: str
    place: str
    heading: str = ""
    text: str = ""
    person: Any = None
    must_sign: bool = True


@dataclass(frozen=True)
class ProposalFacts:
    """All that decides whether a change can be proposed. `since` says what happened to the words that the page showed, if anything did."""

    amendable: bool
    invited: bool
    since: str
    place_exists: bool
    kind: str
    was: tuple[str, str]
    wanted: tuple[str, str]
    reason: str
    joining: JoinFacts | None = None


@dataclass(frozen=True)
class JoinFacts:
    """Who is to join, and whether that can be: the agreement is sent to an address, and a role is there once."""

    named: bool
    has_address: bool
    role_is_taken: bool


def before_proposing(facts: ProposalFacts) -> Iterator[Finding]:
    """Every reason why this change can't be proposed (EL-25, EL-34)."""
    if not facts.amendable:
        message = _("This agreement is neither out for signing nor in force.")
        yield _blocks(
            "nothing-to-amend", message, _("A draft is changed directly; after a void a new agreement is made."), place="agreement"
        )
    elif facts.since:
        yield _blocks("version-changed", facts.since, _("Read what it says now, then propose again."))
    if not facts.invited:
        yield _blocks("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new one."))
    if facts.amendable and not facts.since and not facts.place_exists:
        yield _blocks("clause-unknown", _("There is no such clause or section in this version."), _("Choose one from the list."))
    elif facts.place_exists:
        yield from _words(facts)
    if not facts.reason.strip():
        yield _blocks("reason-missing", _("There is no reason."), _("Give the reason in a sentence. The lab reads it before deciding."))


def _words(facts: ProposalFacts) -> Iterator[Finding]:
    heading, text = facts.wanted
    if facts.kind == "remove":
        return
    if facts.joining:
        yield from _joining(heading, facts.joining)
        return
    if facts.kind in ("header", "date"):
        if not text:
            yield _blocks("words-missing", _("There is nothing to put there."), _("Write what it should say."))
        elif text == facts.was[1]:
            yield _blocks("nothing-changed", _("These are the words that stand there already."), _("Change them, then propose."))
        return
    if not heading or not text:
        yield _blocks("words-missing", _("A clause needs a heading and a text."), _("Write both, or propose to take the clause out."))
    elif facts.wanted == facts.was:
        yield _blocks("nothing-changed", _("These are the words that stand there already."), _("Change them, then propose."))


def _joining(role: str, facts: JoinFacts) -> Iterator[Finding]:
    if not role:
        yield _blocks("role-missing", _("The role has no name."), _("Say as what they join."))
    elif facts.role_is_taken:
        yield _blocks(
            "role-exists", _("The agreement has the role “%(role)s” already.") % {"role": role}, _("Give the new role another name.")
        )
    if not facts.named:
        yield _blocks("party-missing", _("No person is named."), _("Name who joins."))
    elif not facts.has_address:
        yield _blocks("party-without-address", _("They have no email address to send the agreement to."), _("Add the address."))


@dataclass(frozen=True)
class Decided:
    """An amendment that is no longer open: where, what became of it, and through whom."""

    place: str
    state: str
    by: str
    day: str


@dataclass(frozen=True)
class AcceptanceFacts:
    """All that decides whether amendments can make the next version now."""

    amendable: bool
    since: str
    chosen: int
    decided: Sequence[Decided]
    clashing: Sequence[str]
    reason: str


def before_accepting(facts: AcceptanceFacts) -> Iterator[Finding]:
    """Every reason why these amendments can't make the next version (EL-25)."""
    if not facts.amendable:
        message = _("This agreement is neither out for signing nor in force.")
        yield _blocks(
            "nothing-to-amend", message, _("A draft is changed directly; after a void a new agreement is made."), place="agreement"
        )
    elif facts.since:
        yield _blocks("version-changed", facts.since, _("Read what it says now, then decide."))
    if not facts.chosen:
        yield _blocks("no-amendment-chosen", _("No amendment is chosen."), _("Tick at least one."))
    yield from (already_decided(decision) for decision in facts.decided)
    for place in facts.clashing:
        message = _("Two of these amendments change the same place: %(place)s.") % {"place": place}
        yield _blocks("amendments-clash", message, _("Choose one of them."))
    if not facts.reason.strip():
        yield _blocks("reason-missing", _("There is no reason."), _("Say why, in a sentence: every party reads it."))


def already_decided(decision: Decided) -> Finding:
    params = {"place": decision.place, "state": decision.state, "by": decision.by or _("the portal"), "day": decision.day}
    message = _("%(place)s: “%(state)s” since %(day)s, through %(by)s.") % params
    return _blocks("amendment-decided", message, _("Look at the list as it is now."))
