"""Reads for links outside: which ones product pages have, and which of them are dead (EL-95)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from reports.links.rules import in_words
from reports.models import OutsideLink, ShowcaseComponent, ShowcaseEntry, ShowcaseVersion
from residencies.models import Repository

MOST_LETTERS = 500


def links_in_use() -> set[tuple[int, str]]:
    """Return every link of a product that has a showcase entry, by stream: on its page, and on the version that the public sees. Four queries."""
    return {(stream, url) for stream, url in _links() if url and len(url) <= MOST_LETTERS}


def _links() -> Iterator[tuple[int, str]]:
    yield from ShowcaseEntry.objects.exclude(link="").order_by().values_list("stream", "link")
    yield from ShowcaseComponent.objects.order_by().values_list("entry__stream", "link")
    shown = Q(residency__stream__showcase_entry__isnull=False)
    yield from Repository.objects.filter(shown).order_by().values_list("residency__stream", "url")
    for stream, fields in ShowcaseVersion.objects.published().order_by().values_list("stream", "fields").iterator(chunk_size=1000):
        for url in (fields["link"], *fields["code"], *(component["link"] for component in fields["components"])):
            yield stream, url


@dataclass(frozen=True)
class CheckedLink:
    """A link as staff see it: where it leads, what it answered last, and since when it is dead."""

    url: str
    checked_at: datetime.datetime | None
    works: bool
    answer: str
    dead_since: datetime.date | None


def links_of(stream: int) -> list[CheckedLink]:
    """Return the links of a product that were checked, dead ones first; one query."""
    rows = OutsideLink.objects.filter(stream=stream, checked_at__isnull=False).order_by("url")
    links = [
        CheckedLink(row.url, row.checked_at, row.code == "status" and row.failed_on is None, in_words(row.code, row.status), row.dead_since)
        for row in rows
    ]
    return sorted(links, key=lambda link: link.dead_since is None)
