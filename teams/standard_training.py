"""What a fresh portal begins with: courses to choose, and what is expected of each role. Administrators change both (EL-44, EL-45)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from teams.roles import CourseKind, Expected

COURSES: tuple[tuple[Any, str, Decimal], ...] = (
    (_("Leading in a digital government"), CourseKind.LEADERSHIP, Decimal(7)),
    (_("What leaders do for an Agile team"), CourseKind.LEADERSHIP, Decimal(3)),
    (_("Alignment session"), CourseKind.LEADERSHIP, Decimal(7)),
    (_("Agile fundamentals"), CourseKind.AGILE, Decimal(7)),
    (_("Agile in practice"), CourseKind.AGILE, Decimal(14)),
    (_("Certified product owner"), CourseKind.AGILE, Decimal(14)),
    (_("Certified scrum master"), CourseKind.AGILE, Decimal(14)),
    (_("DevOps for those who do not code"), CourseKind.CRAFT, Decimal(3)),
    (_("OpenShift, first course"), CourseKind.CRAFT, Decimal(14)),
    (_("OpenShift, second course"), CourseKind.CRAFT, Decimal(14)),
    (_("Drawing what you mean"), CourseKind.CRAFT, Decimal(7)),
)

EXPECTATIONS: dict[str, tuple[Any, ...]] = {
    Expected.ADM: (
        _("Tells other executives what the team does and why it matters."),
        _("Learns how user research, risk and money change when a team works in small steps."),
        _("Clears away what the team can't move on its own."),
    ),
    Expected.ED: (
        _("Coaches the product owner on what comes first."),
        _("Agrees with the product owner on what success is and how it is measured."),
        _("Opens the door to other executives, and lets people know of the product."),
    ),
    Expected.CFO: (
        _("Learns how money and risk are handled in an Agile team."),
        _("Works out what the product costs over its life, not only this year."),
        _("Makes sure that there is money to keep the team after graduation."),
    ),
    Expected.CIO: (
        _("Lines up the ministry's technology people to build the product with the team."),
        _("Plans who runs, secures and hosts the product once the team is home."),
    ),
    Expected.OTHER: (
        _("Brings what they know of policy, technology, privacy or security to the product owner."),
        _("Accepts that the product owner decides what comes first."),
    ),
    Expected.LEAD: (
        _("Works beside the product owner and keeps the alliance team together."),
        _("Puts Agile into the words of the ministry, and the ministry's into the team's."),
        _("Leads the change in the ministry that the product asks for."),
    ),
}
