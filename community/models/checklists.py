"""The habits of a team that takes part in the community, as a checklist (EL-46)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ledger.subjects import Subject
from oversight.checklists.library import ChecklistTemplate, TemplateItem, register

PUBLIC_CODE = "code"
ITEMS = (
    TemplateItem(
        "chat",
        _("Joined Rocket.Chat"),
        _("The team is on the channels of the community. A link to one helps others find it."),
        sites=("chat.developer.gov.bc.ca",),
    ),
    TemplateItem(
        "devhub",
        _("Uses and contributes to DevHub"),
        _("A link to a page that the team wrote or improved helps others find it."),
        sites=("developer.gov.bc.ca", "docs.developer.gov.bc.ca", "github.com/bcgov"),
    ),
    TemplateItem(
        PUBLIC_CODE,
        _("Code in public GitHub repositories"),
        _("Add a link to a repository."),
        evidence_needed=True,
        sites=("github.com/bcgov",),
    ),
    TemplateItem(
        "components",
        _("Components in the common components library"),
        _("Add a link to a component that others can reuse."),
        evidence_needed=True,
        sites=("digital.gov.bc.ca", "developer.gov.bc.ca", "bcgov.github.io", "github.com/bcgov"),
    ),
    TemplateItem(
        "data",
        _("Open data sets published"),
        _("Add a link to a data set."),
        evidence_needed=True,
        sites=("catalogue.data.gov.bc.ca", "open.canada.ca"),
    ),
)


def known_link(subject: Subject, code: str) -> str:
    """Return the first code repository on the subject's record, for public code."""
    repositories = getattr(subject, "repositories", None)
    known = repositories.first() if code == PUBLIC_CODE and repositories is not None else None
    return known.url if known else ""


HABITS = ChecklistTemplate(
    "habits",
    _("Community habits"),
    _("What a team that takes part in the community does. Record a habit once the team has it."),
    ITEMS,
    after_end=True,
    page="community",
    events="habit-",
    ticked=True,
    suggest_link=known_link,
)

register(HABITS)
