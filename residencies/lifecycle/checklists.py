"""The graduation plan as a checklist: its parts, and when each is due (EL-81)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from oversight.models import Anchor

GRADUATION_PLAN = ChecklistTemplate(
    "graduation-plan",
    _("Graduation plan"),
    _("Where the team and its product go when the residency ends. Each part has an owner and a due date."),
    (
        TemplateItem(
            "home",
            _("Home in the ministry"),
            _("The branch that the team and the product join, and who leads it. Done when the branch has confirmed it."),
            Anchor.GRADUATION,
            months=-3,
        ),
        TemplateItem(
            "people",
            _("Staffing after graduation"),
            _("Who stays with the product, and which positions the ministry still has to fill. Done when every position is filled."),
            Anchor.GRADUATION,
            months=-2,
        ),
        TemplateItem(
            "vendor-handover",
            _("Handover from vendors"),
            _("Who takes over from each vendor, and by when. Done when the successors work without the vendors."),
            Anchor.GRADUATION,
            months=-1,
        ),
        TemplateItem(
            "funding",
            _("Ongoing funding"),
            _("What the product costs in a year and which budget pays for it. Done when the budget is approved."),
            Anchor.GRADUATION,
            months=-3,
        ),
        TemplateItem(
            "product-ownership",
            _("Product ownership"),
            _("Who decides what is built next, and who stands in for them. Done when they have taken it on."),
            Anchor.GRADUATION,
            months=-2,
        ),
        TemplateItem(
            "upkeep",
            _("Hosting and security"),
            _("Who hosts the product, keeps it secure and answers when it fails. Done when they have taken it over."),
            Anchor.GRADUATION,
            months=-1,
        ),
        TemplateItem(
            "next-products",
            _("Next products"),
            _("What the team works on next in the ministry. Done when the ministry has agreed to it."),
            Anchor.GRADUATION,
            months=-1,
        ),
        TemplateItem(
            "risks",
            _("Risks of disruption"),
            _("What could interrupt the service during the move, and what prevents it. Done when each risk is dealt with."),
            Anchor.GRADUATION,
            months=-1,
        ),
    ),
    page="graduation",
    events="plan-",
)

register(GRADUATION_PLAN)
