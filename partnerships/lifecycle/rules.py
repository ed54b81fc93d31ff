"""What each stage of a partnership asks before the next (PB-21, section 4.7 of the playbook). Plain facts in, findings out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from findings import Finding, Severity, blocking
from partnerships.choices import INFORMAL, Leaf

FEWEST_PARTNERS = 2
# The words that a case needs.
IDEA = ("problem", "purpose", "value_clients", "value_partners", "value_employees")


@dataclass(frozen=True)
class PartnerFacts:
    """A partner of today, and whether someone on the board decides for it."""

    name: str
    level: str
    has_decider: bool = False


@dataclass(frozen=True)
class ArrangementFacts:
    """An arrangement that isn't over: its leaf, its site if it has one, and whether that was chosen."""

    leaf: str
    site: str = ""
    site_chosen: bool = True
    has_queue_owner: bool = False


@dataclass(frozen=True)
class Facts:
    """A partnership as its gates see it. `open_steps` are steps of the process that aren't done, by code."""

    words: Mapping[str, str] = field(default_factory=dict)
    partners: tuple[PartnerFacts, ...] = ()
    arrangements: tuple[ArrangementFacts, ...] = ()
    has_board: bool = False
    open_steps: Mapping[str, str] = field(default_factory=dict)
    agreement: tuple[Finding, ...] = ()
    has_note: bool = False
    has_sunset: bool = False
    review_on: datetime.date | None = None
    decided_to_end: bool = False
    open_incidents: int = 0

    @property
    def is_informal(self) -> bool:
        """Whether nothing but informal cross promotion is planned: a note is enough (PB-08)."""
        return bool(self.arrangements) and all(Leaf(each.leaf) in INFORMAL for each in self.arrangements)


def case_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what an idea lacks to be studied: two partners, the problem, the purpose and all three values (PB-01, PB-03)."""
    if len(facts.partners) < FEWEST_PARTNERS:
        message = _("A partnership needs at least two partners.")
        yield blocking("too-few-partners", message, _("Add the organizations that take part."), "partner-add")
    yield from (finding for word, finding in _missing_words() if not facts.words.get(word, "").strip())
    yield from _open_step(facts, "G05")


def _missing_words() -> Iterator[tuple[str, Finding]]:
    """Yield what is said of each word that is missing."""
    place = "partnership-edit"
    yield "problem", blocking("partnership-no-problem", _("The problem or opportunity isn’t described."), _("Describe it."), place)
    yield "purpose", blocking("partnership-no-purpose", _("The purpose is missing."), _("Say what the partnership is for."), place)
    yield "value_clients", blocking("value-clients", _("The value for clients is missing."), _("Say what clients gain."), place)
    yield "value_partners", blocking("value-partners", _("The value for partners is missing."), _("Say what each partner gains."), place)
    yield "value_employees", blocking("value-employees", _("The value for employees is missing."), _("Say what employees gain."), place)


def warnings(facts: Facts) -> Iterator[Finding]:
    """Yield what deserves a look and blocks nothing: partners that are all at one level of government (PB-01)."""
    levels = {partner.level for partner in facts.partners}
    if len(facts.partners) >= FEWEST_PARTNERS and len(levels) == 1:
        message = _("All partners are at the same level of government.")
        yield Finding("same-level", Severity.WARNS, message, _("Check whether another level serves the same clients."), "partners")


def feasibility_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what a feasibility study lacks: an arrangement, a chosen site for each, a board that decides, and shared costs."""
    if not facts.arrangements:
        message = _("No arrangement is planned.")
        yield blocking("no-arrangement", message, _("Plan at least one: a model at a site, or without one."), "arrangement-add")
    for site in dict.fromkeys(each.site for each in facts.arrangements if each.site and not each.site_chosen):
        message = _("An arrangement is planned at %(site)s, which isn’t chosen.") % {"site": site}
        yield blocking("site-not-chosen", message, _("Choose the site."), "sites")
    yield from _board_gaps(facts)
    for code in ("G06", "G08"):
        yield from _open_step(facts, code)


def _board_gaps(facts: Facts) -> Iterator[Finding]:
    if not facts.has_board:
        message = _("The partnership has no board.")
        yield blocking("partnership-no-board", message, _("Choose the group that decides."), "partnership-governance")
        return
    for partner in facts.partners:
        if not partner.has_decider:
            message = _("No one on the board decides for %(partner)s.") % {"partner": partner.name}
            remedy = _("Add one of its contacts to the board.")
            yield blocking("no-decider", message, remedy, "partners")


def agreement_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what an agreement lacks: it must be in force; for informal cross promotion a dated note is enough (PB-08, PB-09)."""
    if not facts.is_informal:
        yield from facts.agreement
    elif not facts.has_note:
        message = _("There is no note of what was agreed.")
        yield blocking("no-note", message, _("Record what was agreed, with whom and when. No agreement is needed."), "partnership-note")


def ending_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what is missing about the end: sunset criteria or a reason for none, and a review date (PB-27)."""
    if not facts.has_sunset:
        message = _("There are no sunset criteria.")
        yield blocking("no-sunset", message, _("Add one, or say why there are none."), "partnership-ending")
    if facts.review_on is None:
        yield blocking("no-review-date", _("There is no review date."), _("Set the day of the next review."), "partnership-ending")


def readiness_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what is missing before clients are served: who runs the queue of a shared counter, and the steps that must be done."""
    for each in facts.arrangements:
        if each.leaf == Leaf.COLOCATION_COUNTER and not each.has_queue_owner:
            message = _("The queue at %(site)s has no owner.") % {"site": each.site or _("the shared counter")}
            yield blocking("no-queue-owner", message, _("Choose the partner that runs the queue."), "sites")
    yield from _open_step(facts, "G09")


def winding_up_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield what is missing before a partnership ends: the decision, no rapid response under way, and everything that is wound up."""
    if not facts.decided_to_end:
        message = _("No decision to end the partnership is recorded.")
        yield blocking("no-decision", message, _("Record the decision, with its reason."), "partnership-decide")
    if facts.open_incidents:
        message = _("A rapid response is still open.")
        yield blocking("incident-open", message, _("Deactivate it, with what was learned."), "incidents")
    for code in sorted(code for code in facts.open_steps if code.startswith("W")):
        yield from _open_step(facts, code)


def _open_step(facts: Facts, code: str) -> Iterator[Finding]:
    if code in facts.open_steps:
        message = _("This task isn’t done: %(step)s") % {"step": facts.open_steps[code]}
        yield blocking("step-open", message, _("Complete it under Tasks."), "tasks")
