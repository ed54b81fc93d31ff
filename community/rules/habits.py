"""What makes a community habit show: a day that was, and links to the right place (EL-46). Nothing is fetched."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from community.kinds import Habit
from findings import Finding, Severity

PLACE = "community"
MOST_LINKS, LONGEST_LINK = 10, 500

# Where what a habit leaves behind is known to be found: a host, or a host with the beginning of its path.
KNOWN: dict[str, tuple[str, ...]] = {
    Habit.CHAT: ("chat.developer.gov.bc.ca",),
    Habit.DEVHUB: ("developer.gov.bc.ca", "docs.developer.gov.bc.ca", "github.com/bcgov"),
    Habit.CODE: ("github.com/bcgov",),
    Habit.COMPONENTS: ("digital.gov.bc.ca", "developer.gov.bc.ca", "bcgov.github.io", "github.com/bcgov"),
    Habit.DATA: ("catalogue.data.gov.bc.ca", "open.canada.ca"),
}
# Of these nothing can be seen without a link.
NEEDS_LINK = frozenset({Habit.CODE, Habit.COMPONENTS, Habit.DATA})


def habit_faults(habit: str, done_on: datetime.date, links: Sequence[str], today: datetime.date) -> Iterator[Finding]:
    """Everything that keeps a habit from being noted as done."""
    if done_on > today:
        yield Finding("habit-ahead", Severity.BLOCKS, _("That day is still to come."), _("Note it when it is done."), PLACE)
    if habit in NEEDS_LINK and not links:
        yield Finding("habit-no-link", Severity.BLOCKS, _("Nothing shows it yet."), _("Add at least one link to it."), PLACE)
    if len(links) > MOST_LINKS:
        message = _("More than %(most)d links are too many to look at.") % {"most": MOST_LINKS}
        yield Finding("habit-links", Severity.BLOCKS, message, _("Keep those that show it best."), PLACE)
    for link in links[:MOST_LINKS]:
        yield from link_faults(habit, link)


def link_faults(habit: str, link: str) -> Iterator[Finding]:
    """Why a link can't show `habit`: by its form alone, for no page is asked."""
    parts = _split(link)
    if parts is None:
        params = {"link": link[:100]}
        message = _("“%(link)s” is no address that begins with https://.") % params
        yield Finding("habit-link-form", Severity.BLOCKS, message, _("Copy it from the address line of your browser."), PLACE)
    elif not any(_within(parts, place) for place in KNOWN[habit]):
        params = {"link": link[:100], "places": ", ".join(KNOWN[habit])}
        message = _("“%(link)s” does not lead to where this habit shows.") % params
        yield Finding("habit-link-place", Severity.BLOCKS, message, _("Use a link to one of: %(places)s.") % params, PLACE)


def _split(link: str) -> SplitResult | None:
    """The parts of a plain https address without a user, a password or a port; None for anything else."""
    if len(link) > LONGEST_LINK or any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in link):
        return None
    try:
        parts = urlsplit(link)
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.port is None and "@" not in parts.netloc
    except ValueError:
        return None
    return parts if plain else None


def _within(parts: SplitResult, place: str) -> bool:
    host, _slash, beginning = place.partition("/")
    if (parts.hostname or "").removeprefix("www.") != host:
        return False
    if not beginning:
        return True
    first, _slash, rest = parts.path.lstrip("/").partition("/")
    # The organisation or one of its sisters (bcgov-c), and something in it.
    return (first.lower() == beginning or first.lower().startswith(f"{beginning}-")) and bool(rest.strip("/"))
