"""The demo's showcase: products published, waiting for a side, changed since, and stopped; and what teams learned."""

from __future__ import annotations

import datetime
from typing import Any

from community.models import AlumnusPlace
from people.models import User
from reports.lessons.actions import promote_lesson, record_lesson
from reports.models import Category, ShowcaseEntry
from reports.showcase import actions
from reports.showcase.queries import fields_of, sha256_of
from residencies.models import Residency

HEALTH, LAND, BUSINESS = "Health and care", "Land, water and environment", "Business and work"
# What each product's page says: its theme, its texts, and components as name, link and what each does.
PAGES: dict[str, tuple[str, dict[str, str], tuple[tuple[str, str, str], ...]]] = {
    "MSP Forms": (
        HEALTH,
        {
            "summary": "People who move to BC apply for health coverage online, on any phone. Coverage starts in eleven days; it was 21.",
            "learned": "We planned to digitize the paper form. Interviews showed that government knows most of the answers already, so we "
            "asked eight questions instead of sixty.",
            "link": "https://www2.gov.bc.ca/gov/content/health/health-drug-coverage/msp",
        },
        (
            ("Address lookup", "https://github.com/bcgov/MyGovBC-MSP", "Finds a BC address as someone types."),
            ("Document upload", "https://github.com/bcgov/MyGovBC-MSP", "Takes a photo of a document and checks that it can be read."),
        ),
    ),
    "Public Review and Comment": (
        LAND,
        {
            "summary": "A map on which people who live near Crown land could see and comment on proposed activities. The residency ended in "
            "a pivot; the map’s code is public.",
            "learned": "Two product owners were reassigned within seven months. We should have raised it after the first. The research "
            "holds: people comment when they can see what happens near them, and when someone answers.",
        },
        (),
    ),
    "BC Registries": (
        BUSINESS,
        {
            "summary": "Companies check and register a name online. A name is examined in six days; it was 34.",
            "learned": "The examiners wrote the rules for easy names themselves. That made them faster than any tool we could have built.",
            "link": "https://www.bcregistry.gov.bc.ca/",
        },
        (("Name examination rules", "https://github.com/bcgov/namex", "Rules that tell easy names from hard ones."),),
    ),
    "Digital Trust (OrgBook BC)": (
        BUSINESS,
        {
            "summary": "Anyone can look up a BC company and check its credentials, without a phone call.",
            "learned": "Lenders told us what they check. We publish that first, and the rest when someone asks.",
            "link": "https://orgbook.gov.bc.ca/",
        },
        (("Credential registry", "https://github.com/bcgov/aries-vcr", "Issues and shows credentials that anyone can check."),),
    ),
    "Mines Digital Services": (
        BUSINESS,
        {
            "summary": "Inspectors and mines exchange documents in one place, and see what is still missing before an inspection.",
            "learned": "Inspectors print less when the screen works in sunlight. We tested outside from then on.",
        },
        (),
    ),
}
EDITED = {"summary": "Companies check and register a name online. Most names are examined the same day; it took 34 days."}
# Of each product its lessons: the category's code, the lesson, the advice, whether it is shared and whether it is guidance.
LESSONS: dict[str, tuple[tuple[str, str, str, bool, bool], ...]] = {
    "MSP Forms": (
        (
            "home", "Two public servants had run a release alone before we left. Handing over took a week instead of a quarter.",
            "Let the home team release from the beta on.", True, True,
        ),
        (
            "people", "Clerks who process applications found more problems in a day than three rounds of interviews.",
            "Put someone who does the work on the team.", True, False,
        ),
    ),
    "Public Review and Comment": (
        (
            "people", "Without a product owner who has the time, a team with money and skill still stands still.",
            "Don’t start until someone else has taken over the product owner’s other work.", True, True,
        ),
        ("delivery", "We kept building while we waited for decisions, and threw half of it away.", "", True, False),
    ),
    "BC Registries": (
        (
            "policy", "Our privacy assessment passed in four weeks because the analyst came to sprint reviews.",
            "Invite the privacy analyst to every review from the alpha on.", True, False,
        ),
        ("money", "Letters that are no longer posted paid for two of our developers.", "", False, False),
    ),
}  # fmt: skip


def describe(residency: Residency, *, again: bool, by: User) -> None:
    """Write what the page says; `again` edits the summary later."""
    if again:
        revision = ShowcaseEntry.objects.get(stream=residency.stream).revision
        actions.edit_entry(residency, shown_revision=revision, by=by, **EDITED)
        return
    name, texts, components = PAGES[residency.product]
    theme = Category.objects.get(kind=Category.Kind.THEME, name=name)
    actions.edit_entry(residency, shown_revision=0, by=by, theme=theme, **texts)
    for component, link, text in components:
        actions.add_component(residency, name=component, link=link, text=text, by=by)


def name_alumni(residency: Residency, count: int, on: datetime.date, *, by: User) -> None:
    """Record that the first few alumni agreed to be named."""
    for place in AlumnusPlace.objects.filter(residency=residency, alumnus__opted_out_at=None).select_related("alumnus__person")[:count]:
        actions.record_consent(place, agreed_on=on, how="By email to the lab.", by=by)


def propose(residency: Residency, *, by: User) -> Any:
    """Release the page as it is, for one side."""
    rows = Residency.objects.select_related("program_area__ministry").filter(pk=residency.pk)
    fields = fields_of(list(rows))[residency.stream_id]
    return actions.propose_version(residency, shown_sha256=sha256_of(fields), by=by)


def publish(residency: Residency, *, first: User, second: User) -> None:
    actions.release_version(propose(residency, by=first), by=second)


def learn(residency: Residency, number: int, *, by: User, ops: User) -> None:
    """Record one of the product's lessons, and promote it if it is guidance."""
    code, text, advice, shared, guidance = LESSONS[residency.product][number]
    category = Category.objects.get(kind=Category.Kind.LESSON, code=code)
    lesson = record_lesson(residency, category=category, text=text, advice=advice, is_shared=shared, by=by)
    if guidance:
        promote_lesson(lesson, is_guidance=True, shown_revision=lesson.revision, by=ops)
