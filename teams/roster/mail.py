"""Mail about role checks that a team has to meet before it starts or goes live (EL-42, EL-43)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MailParams, MessageKind, Place, Template, address_of
from residencies.models import Residency
from teams.models import RoleFinding

CHECKS = Place(
    "list",
    _("the role checks not met, one per line, each with what to do"),
    _("- The team has no product owner. Add the product owner."),
    needed=True,
)
TEAM_PAGE = Place("page", _("the address of the team’s page"), "https://portal.example.org/residencies/XL-2026-014/team/", needed=True)

CHECKS_BEFORE_START = MessageKind(
    "checks-before-start",
    _("Role checks before the start"),
    (
        Template(
            _("Before the team can start: {about}"),
            _(
                """Hello {name},

The {about} team can't start yet. These role checks aren’t met yet:

{list}

Fix them on the team's page:
{page}

If you can't, reply to this email, and we'll find a way together.

{lab}"""
            ),
        ),
    ),
    places=(CHECKS, TEAM_PAGE),
    optional=True,
    may_wait=True,
)


CHECKS_BEFORE_LIVE = MessageKind(
    "checks-before-live",
    _("Role checks before going live"),
    (
        Template(
            _("Before the team can go live: {about}"),
            _(
                """Hello {name},

{about} can't go live yet. These role checks aren’t met yet:

{list}

It can take weeks to find the right person, so please start now on the team’s page:
{page}

If you can't, reply to this email, and we'll find a way together.

{lab}"""
            ),
        ),
    ),
    places=(CHECKS, TEAM_PAGE),
    optional=True,
    may_wait=True,
)


def checks_open(residency: Residency, findings: Iterable[RoleFinding]) -> MailParams:
    """Return what the reminder of role checks says: which are open, and how to fix each."""
    listed = "\n".join(f"- {finding.message} {finding.remedy}".rstrip() for finding in findings)
    return MailParams({"list": listed, "page": address_of("team", residency.reference)})
