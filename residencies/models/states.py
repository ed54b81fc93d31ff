"""The states a residency is in, in the words outsiders read, its coaching phases, and where a declined one is referred to.

A phase has its conditions of entry, signs of success, and what people who sign read of it (EL-05, EL-35, section 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    QUALIFIED = "qualified", _("Qualified")
    AGREEMENT = "agreement", _("Agreement")
    IN_RESIDENCE = "in_residence", _("In residence")
    LIVE = "live", _("Live")
    GRADUATED = "graduated", _("Graduated")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PIVOTED = "pivoted", _("Pivoted")


JOURNEY = [
    State.DRAFT,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.QUALIFIED,
    State.AGREEMENT,
    State.IN_RESIDENCE,
    State.LIVE,
    State.GRADUATED,
]
ENDED = [State.GRADUATED, State.DECLINED, State.WITHDRAWN, State.PIVOTED]
UNDER_WAY = [state for state in State if state not in ENDED]


class Referral(models.TextChoices):
    """Who helps instead when the lab declines (EL-14)."""

    NETWORK = "network", _("Support from the delivery network")
    RAPID = "rapid", _("Rapid delivery by a surge team")
    ELSEWHERE = "elsewhere", _("Another service, named in the reason")


# ── Phases ───────────────────────────────────────────────────────────────────────────────────


class Phase(models.TextChoices):
    APPLY = "apply", _("Apply")
    ALIGN = "align", _("Align")
    RESOURCE = "resource", _("Resource")
    DISCOVER = "discover", _("Discover")
    DELIVER = "deliver", _("Deliver")
    SUSTAIN = "sustain", _("Sustain")


@dataclass(frozen=True)
class Sign:
    """Something staff tick with a note. `code` is stable; `entry` tells a condition of entry from a success sign."""

    code: str
    phase: Phase
    entry: bool
    text: Any


@dataclass(frozen=True)
class Guide:
    """What someone who is asked to sign reads about a phase (EL-35): its usual months, what happens, and what we ask of them."""

    pace: Any
    happens: Any
    asked_of_you: Any


GUIDES = {
    Phase.APPLY: Guide(
        _("Before the residency"),
        _("The program area describes one hard problem. The lab checks six conditions, and leaders from both sides meet."),
        _("Read the agreement, ask what you need to know, and say whether you can stand behind it."),
    ),
    Phase.ALIGN: Guide(
        _("Month 1, one or two days"),
        _("Everyone with a stake in the problem spends one or two days together and agrees on the outcome and how to get there."),
        _("Come to the session, or send someone who can decide. Name the product owner and free up their time."),
    ),
    Phase.RESOURCE: Guide(
        _("Month 1"),
        _("The ministry hires or procures the team: nine people or fewer. The full cost is worked out, for the first year and beyond."),
        _("Approve the funding and the positions. The chief financial officer is part of this from the start."),
    ),
    Phase.DISCOVER: Guide(
        _("Months 2 to 4"),
        _("The team learns from users, defines the problem, and tests a first version, the alpha."),
        _("Come to the sprint reviews, every two or three weeks. Let the product owner decide between them."),
    ),
    Phase.DELIVER: Guide(
        _("Months 5 to 8"),
        _("A beta goes to real users and gets better with each sprint. The team coaches other teams and shares what they can reuse."),
        _("Keep coming to the reviews, clear obstacles out of the team’s path, and confirm the funding to run the product."),
    ),
    Phase.SUSTAIN: Guide(
        _("Months 9 to 12 and after"),
        _("The product is live. Within six months of the final live release the team and its product move to the ministry."),
        _("Give the team a permanent home, with its own staff in place of vendors."),
    ),
}

SIGNS = (
    Sign("apply-agreement-read", Phase.APPLY, True, _("The program area has read the agreement.")),
    Sign("apply-support-needed", Phase.APPLY, True, _("Its own organization can’t give it the support it needs.")),
    Sign("apply-methods-known", Phase.APPLY, True, _("It knows how Agile teams work.")),
    Sign("apply-agile-fits", Phase.APPLY, False, _("Agile fits the challenge.")),
    Sign("apply-leaders-met", Phase.APPLY, False, _("The leaders of both sides have met.")),
    Sign("apply-ready", Phase.APPLY, False, _("The readiness criteria are met.")),
    Sign("align-sponsors", Phase.ALIGN, True, _("Executive sponsors have committed.")),
    Sign("align-priority", Phase.ALIGN, True, _("The challenge is a priority.")),
    Sign("align-owner-named", Phase.ALIGN, True, _("The product owner is named.")),
    Sign("align-engaged", Phase.ALIGN, False, _("Stakeholders are engaged.")),
    Sign("align-needs-known", Phase.ALIGN, False, _("The needs of key people are known.")),
    Sign("align-plan", Phase.ALIGN, False, _("There is a plan to bring people along.")),
    Sign("resource-aligned", Phase.RESOURCE, True, _("The alignment session has been held.")),
    Sign("resource-team", Phase.RESOURCE, False, _("The team is hired or procured.")),
    Sign("resource-cost-known", Phase.RESOURCE, False, _("The total cost of ownership is known.")),
    Sign("resource-cfo", Phase.RESOURCE, False, _("The chief financial officer is engaged.")),
    Sign("discover-agreement", Phase.DISCOVER, True, _("The agreement is in force.")),
    Sign("discover-team", Phase.DISCOVER, True, _("The team is in place.")),
    Sign("discover-formed", Phase.DISCOVER, False, _("The team works as one.")),
    Sign("discover-community", Phase.DISCOVER, False, _("The team takes part in the community.")),
    Sign("discover-autonomy", Phase.DISCOVER, False, _("The product owner decides with confidence.")),
    Sign("discover-roadmap", Phase.DISCOVER, False, _("The first roadmap comes from alpha feedback.")),
    Sign("discover-executives", Phase.DISCOVER, False, _("Executives support the roadmap.")),
    Sign("deliver-backing", Phase.DELIVER, True, _("Executives back the direction and will sustain it.")),
    Sign("deliver-resources", Phase.DELIVER, True, _("The resources are confirmed.")),
    Sign("deliver-beta", Phase.DELIVER, False, _("A beta is in users' hands.")),
    Sign("deliver-healthy", Phase.DELIVER, False, _("Code and practices are healthy; velocity is rising.")),
    Sign("deliver-sharing", Phase.DELIVER, False, _("The team shares what others can reuse.")),
    Sign("deliver-end-to-end", Phase.DELIVER, False, _("The journey works end to end.")),
    Sign("deliver-value", Phase.DELIVER, False, _("A value report has been published.")),
    Sign("sustain-beta", Phase.SUSTAIN, True, _("The beta is released.")),
    Sign("sustain-backlog", Phase.SUSTAIN, True, _("The backlog is shrinking.")),
    Sign("sustain-internal", Phase.SUSTAIN, False, _("The team is made up of the ministry’s own employees.")),
    Sign("sustain-expectations", Phase.SUSTAIN, False, _("The product does what was expected.")),
    Sign("sustain-honest", Phase.SUSTAIN, False, _("Everyone reports honestly on what was achieved.")),
)
