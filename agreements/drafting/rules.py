"""What must hold before a draft goes out, and in which order its roles sign: plain facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from findings import Finding, blocking


def in_turn(stages: Mapping[int, int]) -> dict[int, int]:
    """The stage of each role in the same order, counted from 1 without gaps (EL-30)."""
    places = {stage: place for place, stage in enumerate(sorted(set(stages.values())), 1)}
    return {role: places[stage] for role, stage in stages.items()}


@dataclass(frozen=True)
class DraftFacts:
    """All that decides whether a draft may go out."""

    unfilled: Sequence[str]
    without_address: Sequence[str]
    empty_header: Sequence[str]
    filled_to_sign: int
    signing_sides: Sequence[str]
    must_sign: Mapping[str, str]


def unsigned_sides(must_sign: Mapping[str, str], signing: Iterable[str]) -> list[str]:
    """Which sides that have to sign have no signing role, by name (EL-22).

    `must_sign` are the template's sides without whose signature an agreement binds nobody, by key; `signing` the keys of the
    sides of the roles that must sign.
    """
    return [name for side, name in must_sign.items() if side not in set(signing)]


def before_circulating(facts: DraftFacts) -> Iterator[Finding]:
    """Every reason why a draft can't be circulated yet (EL-21, EL-22)."""
    for label in facts.unfilled:
        yield blocking(
            "role-unfilled", _("The role “%(role)s” must sign but has no person yet.") % {"role": label},
            _("Name a person."), "agreement-parties",
        )  # fmt: skip
    for side in unsigned_sides(facts.must_sign, facts.signing_sides):
        yield blocking(
            "side-without-signer", _("No role signs for %(side)s.") % {"side": side},
            _("Prepare the agreement again from a template version in which every side signs."), "agreement-parties",
        )  # fmt: skip
    for name in facts.without_address:
        yield blocking(
            "party-without-address", _("%(name)s has no email address to send the agreement to.") % {"name": name},
            _("Add an email address."), "agreement-parties",
        )  # fmt: skip
    for label in facts.empty_header:
        yield blocking("header-empty", _("“%(field)s” is empty.") % {"field": label}, _("Fill it in."), "agreement-header")
