"""What it means to rely on an agreement, and what follows once one is void: plain facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from findings import Finding, Severity, blocking

PLACE = "agreement"


class Missing(NamedTuple):
    """Someone who must sign and hasn't; `verb` has the forms that sentences need."""

    name: str
    role: str
    verb: Mapping[str, Any]
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
        message = _("The scan of the agreement signed on paper is waiting for a second person at the lab to confirm it.")
        yield blocking("paper-unconfirmed", message, _("Compare the scan with what was entered, then confirm it."), PLACE)
        return
    if not facts.any_made:
        yield blocking("no-agreement", _("There’s no agreement yet."), _("Prepare it from the template."), PLACE)
    elif not facts.circulated:
        message = _("The agreement is a draft. It hasn’t been sent to the parties.")
        yield blocking("agreement-not-circulated", message, _("Finish the draft, then send it."), PLACE)
    yield from _missing_signatures(facts.missing)


def _missing_signatures(missing: Iterable[Missing]) -> Iterator[Finding]:
    for signer in missing:
        params = {**signer.verb, "name": signer.name, "role": signer.role}
        if signer.declined:
            message = _("%(name)s (%(role)s) has declined to %(sign)s the agreement.") % params
            yield blocking(
                "declined-to-sign",
                message,
                _("Read their reason. Then propose a change or name another person, and send a new invitation."),
                PLACE,
            )
            continue
        message = _("%(name)s (%(role)s) hasn’t %(signed)s the agreement.") % params
        yield blocking("not-signed", message, _("Check the invitation, or send a new link."), PLACE)


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
    message = _("The agreement is void, and no other agreement is in force.")
    remedy = _("Follow up with the parties to the new agreement.") if facts.made_anew else _("Prepare a new agreement to replace it.")
    yield Finding("agreement-voided", Severity.BLOCKS_LIVE, message, remedy, PLACE)
