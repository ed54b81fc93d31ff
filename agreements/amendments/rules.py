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
        message = _("This agreement hasn’t been sent to its parties, or it’s void.")
        yield _blocks(
            "nothing-to-amend", message, _("If it’s a draft, edit it directly. If it’s void, start a new agreement."), place="agreement"
        )
    elif facts.since:
        yield _blocks("version-changed", facts.since, _("Read the current wording, then propose your change again."))
    if not facts.invited:
        yield _blocks("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new invitation."))
    if facts.amendable and not facts.since and not facts.place_exists:
        yield _blocks("clause-unknown", _("This version doesn’t have that clause or section."), _("Choose one from the list."))
    elif facts.place_exists:
        yield from _words(facts)
    if not facts.reason.strip():
        yield _blocks("reason-missing", _("The reason is missing."), _("Give it in a sentence. The lab reads it before deciding."))


def _words(facts: ProposalFacts) -> Iterator[Finding]:
    heading, text = facts.wanted
    if facts.kind == "remove":
        return
    if facts.joining:
        yield from _joining(heading, facts.joining)
        return
    if facts.kind in ("header", "date"):
        if not text:
            yield _blocks("words-missing", _("The new text is missing."), _("Enter what it should say."))
        elif text == facts.was[1]:
            yield _blocks("nothing-changed", _("The wording hasn’t changed."), _("Change it, then propose."))
        return
    if not heading or not text:
        yield _blocks("words-missing", _("A clause needs a heading and text."), _("Enter both, or propose removing the clause."))
    elif facts.wanted == facts.was:
        yield _blocks("nothing-changed", _("The wording hasn’t changed."), _("Change it, then propose."))


def _joining(role: str, facts: JoinFacts) -> Iterator[Finding]:
    if not role:
        yield _blocks("role-missing", _("The role is missing."), _("Enter the role they’ll have in the agreement."))
    elif facts.role_is_taken:
        yield _blocks(
            "role-exists", _("The agreement already has the role “%(role)s”.") % {"role": role}, _("Give the new role a different name.")
        )
    if not facts.named:
        yield _blocks("party-missing", _("The new party’s name is missing."), _("Enter the name of the person who joins."))
    elif not facts.has_address:
        yield _blocks(
            "party-without-address", _("The new party has no email address to send the agreement to."), _("Add their email address.")
        )


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
        message = _("This agreement hasn’t been sent to its parties, or it’s void.")
        yield _blocks(
            "nothing-to-amend", message, _("If it’s a draft, edit it directly. If it’s void, start a new agreement."), place="agreement"
        )
    elif facts.since:
        yield _blocks("version-changed", facts.since, _("Read the current wording, then decide."))
    if not facts.chosen:
        yield _blocks("no-amendment-chosen", _("No changes are selected."), _("Select at least one."))
    yield from (already_decided(decision) for decision in facts.decided)
    for place in facts.clashing:
        message = _("Two of these changes affect the same place: %(place)s.") % {"place": place}
        yield _blocks("amendments-clash", message, _("Select only one of them."))
    if not facts.reason.strip():
        yield _blocks("reason-missing", _("The reason is missing."), _("Give it in a sentence. Every party reads it."))


def already_decided(decision: Decided) -> Finding:
    params = {"place": decision.place, "state": decision.state, "by": decision.by or _("the portal"), "day": decision.day}
    message = _("%(place)s was already decided: %(state)s on %(day)s by %(by)s.") % params
    return _blocks("amendment-decided", message, _("Reload the page to see the current list."))
