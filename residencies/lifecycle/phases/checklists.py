"""What happens in each coaching phase, and its entry conditions and success signs, as a checklist for each phase (EL-05, EL-35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from residencies.models.states import Phase


@dataclass(frozen=True)
class Guide:
    """What people who are asked to sign read about a phase (EL-35): its usual months, what happens, and what is asked of them."""

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
        _("Keep coming to the reviews, remove barriers for the team, and confirm the funding to run the product."),
    ),
    Phase.SUSTAIN: Guide(
        _("Months 9 to 12 and after"),
        _("The product is live. Within six months of the final live release the team and its product move to the ministry."),
        _("Give the team a permanent home, with its own staff in place of vendors."),
    ),
}


def _entry(code: str, text: Any) -> TemplateItem:
    return TemplateItem(code, text, is_entry=True)


def _phase(phase: Phase, *items: TemplateItem) -> ChecklistTemplate:
    return ChecklistTemplate(
        f"phase-{phase}", phase.label, GUIDES[phase].happens, items, page="residency-phases", events="sign-", ticked=True, by_lab=True
    )


# Reword texts freely, but never change a code: what was ticked is found by it.
SIGNS = {
    Phase.APPLY: _phase(
        Phase.APPLY,
        _entry("apply-agreement-read", _("The program area has read the agreement.")),
        _entry("apply-support-needed", _("Its own organization can’t give it the support it needs.")),
        _entry("apply-methods-known", _("It knows how Agile teams work.")),
        TemplateItem("apply-agile-fits", _("Agile fits the challenge.")),
        TemplateItem("apply-leaders-met", _("The leaders of both sides have met.")),
        TemplateItem("apply-ready", _("The readiness criteria are met.")),
    ),
    Phase.ALIGN: _phase(
        Phase.ALIGN,
        _entry("align-sponsors", _("Executive sponsors have committed.")),
        _entry("align-priority", _("The challenge is a priority.")),
        _entry("align-owner-named", _("The product owner is named.")),
        TemplateItem("align-engaged", _("Stakeholders are engaged.")),
        TemplateItem("align-needs-known", _("The needs of key people are known.")),
        TemplateItem("align-plan", _("There is a plan to bring people along.")),
    ),
    Phase.RESOURCE: _phase(
        Phase.RESOURCE,
        _entry("resource-aligned", _("The alignment session has been held.")),
        TemplateItem("resource-team", _("The team is hired or procured.")),
        TemplateItem("resource-cost-known", _("The total cost of ownership is known.")),
        TemplateItem("resource-cfo", _("The chief financial officer is engaged.")),
    ),
    Phase.DISCOVER: _phase(
        Phase.DISCOVER,
        _entry("discover-agreement", _("The agreement is in force.")),
        _entry("discover-team", _("The team is in place.")),
        TemplateItem("discover-formed", _("The team works as one.")),
        TemplateItem("discover-community", _("The team takes part in the community.")),
        TemplateItem("discover-autonomy", _("The product owner decides with confidence.")),
        TemplateItem("discover-roadmap", _("The first roadmap comes from alpha feedback.")),
        TemplateItem("discover-executives", _("Executives support the roadmap.")),
    ),
    Phase.DELIVER: _phase(
        Phase.DELIVER,
        _entry("deliver-backing", _("Executives back the direction and will sustain it.")),
        _entry("deliver-resources", _("The resources are confirmed.")),
        TemplateItem("deliver-beta", _("A beta is in users’ hands.")),
        TemplateItem("deliver-healthy", _("Code and practices are healthy; velocity is rising.")),
        TemplateItem("deliver-sharing", _("The team shares what others can reuse.")),
        TemplateItem("deliver-end-to-end", _("The journey works end to end.")),
        TemplateItem("deliver-value", _("A value report has been published.")),
    ),
    Phase.SUSTAIN: _phase(
        Phase.SUSTAIN,
        _entry("sustain-beta", _("The beta is released.")),
        _entry("sustain-backlog", _("The backlog is shrinking.")),
        TemplateItem("sustain-internal", _("The team is made up of the ministry’s own employees.")),
        TemplateItem("sustain-expectations", _("The product does what was expected.")),
        TemplateItem("sustain-honest", _("Everyone reports honestly on what was achieved.")),
    ),
}

register(*SIGNS.values())
