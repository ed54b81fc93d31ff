"""The joint action plan for a rapid response as tasks: each incident has its own on one list (PB-12)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from oversight.models import Anchor
from partnerships.models import Incident

# The lab's own plan is a tool in the library, under this code.
PLAN = "rapid-response-plan"

# Reword texts freely, but never change a code: a step that was done is found by it.
RAPID_RESPONSE = ChecklistTemplate(
    "rapid-response",
    _("Rapid response"),
    _("The joint action plan, for each incident."),
    (
        TemplateItem("R01", _("Call every partner, and agree who leads"), _("With a number at which each can be reached tonight.")),
        TemplateItem("R02", _("Check that staff are safe"), _("The site, the way there, and who to call if that changes.")),
        TemplateItem("R03", _("Arrange where and when partners are present first"), _("A place that people affected go to anyway.")),
        TemplateItem("R04", _("Tell the community where and when to come"), _("Radio, social media, the town, the employer, signs.")),
        TemplateItem("R05", _("Bring what the services need"), _("Forms, equipment, a connection, and interpreters.")),
        TemplateItem("R06", _("Agree on shifts and rest"), _("Everyone has company, and time to rest.")),
        TemplateItem(
            "R07", _("Tell the partners each day who was served and what is needed"), _("Numbers, and needs that aren’t met yet.")
        ),
        TemplateItem("R08", _("Tell clients where to go after the response"), _("Before it is deactivated.")),
        TemplateItem("R09", _("Update the joint action plan with what was learned"), _("It is in the library.")),
    ),
)
register(RAPID_RESPONSE)


def template_of(incident: Incident) -> ChecklistTemplate:
    """Return the list with the tasks of one incident, whose codes begin with its number and whose texts with what happened."""
    items = (
        replace(item, code=code_of(incident, item.code), text=f"{incident}: {item.text}", anchor=Anchor.DATE)
        for item in RAPID_RESPONSE.items
    )
    return replace(RAPID_RESPONSE, items=tuple(items))


def code_of(incident: Incident, code: str = "") -> str:
    """Return the code of an incident's task, or what its tasks' codes begin with."""
    return f"{incident.number}-{code}"
