"""Reads for the showcase: a product's fields as they would be frozen now, and what the public may read of frozen ones (EL-95)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, Q

from community.models import AlumnusPlace
from findings import Finding
from ledger.canonical import canonical_json, plain
from ledger.subjects import people_of
from metrics.models import Metric
from oversight.models import Budget
from people.models import Person
from reports.models import Consent, Lesson, ReportRun, ShowcaseComponent, ShowcaseEntry, ShowcaseVersion
from reports.showcase import rules
from reports.showcase.rules import CONSENT
from residencies.models import Repository, Residency

ByStream = dict[int, list[Any]]


def fields_of(residencies: Sequence[Residency]) -> dict[int, dict[str, Any]]:
    """Return what would be frozen of each residency now, by stream: the allow list and nothing else. Eight queries, however many.

    The residencies must be read with their program areas and ministries.
    """
    streams = [row.stream_id for row in residencies]
    entries = {row.stream_id: row for row in ShowcaseEntry.objects.filter(stream__in=streams).select_related("theme")}
    components = _grouped(ShowcaseComponent.objects.filter(entry__stream__in=streams), "entry__stream", ("name", "link", "text"))
    code = _grouped(Repository.objects.filter(residency__stream__in=streams), "residency__stream", ("url",))
    lessons = _grouped(
        Lesson.objects.filter(stream__in=streams, is_shared=True).order_by("pk"), "stream", ("category__name", "text", "advice")
    )
    consents = Consent.objects.standing().filter(place__residency__stream__in=streams).order_by("place__alumnus__person__name", "pk")
    alumni = _grouped(consents, "place__residency__stream", ("pk", "place__alumnus__person__name", "place__role"))
    measured = _streams(Metric.objects.filter(stream__in=streams, retired_on=None, last_on__isnull=False))
    funded = _streams(Budget.objects.filter(stream__in=streams))
    reported = _streams(ReportRun.objects.filter(stream__in=streams))
    everything = {}
    for row in residencies:
        key, entry = row.stream_id, entries.get(row.stream_id) or ShowcaseEntry()
        everything[key] = {
            "reference": row.reference,
            "product": row.product,
            "ministry": row.program_area.ministry.name,
            "stage": rules.stage_of(row.state, row.phase),
            "theme": entry.theme.name if entry.theme else "",
            "summary": plain(entry.summary.strip()),
            "learned": plain(entry.learned.strip()),
            "link": entry.link,
            **{name: plain(getattr(row, name)) for name in ("started_on", "live_on", "ended_on")},
            "code": [url for (url,) in code[key]],
            "components": [dict(zip(("name", "link", "text"), values, strict=True)) for values in components[key]],
            "lessons": [plain(dict(zip(("category", "text", "advice"), values, strict=True))) for values in lessons[key]],
            "alumni": [dict(zip((CONSENT, "name", "role"), values, strict=True)) for values in alumni[key]],
            "transparency": {
                "code": bool(code[key]), "metrics": key in measured, "budget": key in funded, "impact": key in reported,
            },
        }  # fmt: skip
    return everything


def _grouped(rows: Any, stream: str, names: tuple[str, ...]) -> ByStream:
    by_stream: ByStream = defaultdict(list)
    for key, *values in rows.values_list(stream, *names):
        by_stream[key].append(values)
    return by_stream


def _streams(rows: Any) -> set[int]:
    return set(rows.order_by().values_list("stream", flat=True).distinct())


def sha256_of(fields: Any) -> str:
    return hashlib.sha256(canonical_json(fields)).hexdigest()


def unnamed_people(residency: Residency) -> list[str]:
    """Return the names of those with a stake in a residency who haven't agreed to be named; one query."""
    agreed = Consent.objects.standing().filter(place__residency=residency).values("place__alumnus__person")
    return list(Person.objects.filter(people_of(residency)).exclude(pk__in=agreed).values_list("name", flat=True))


@dataclass(frozen=True)
class Shown:
    """A product as staff see it: what would be published now, the versions there are, and on its own page what is missing."""

    residency: Residency
    fields: dict[str, Any]
    waiting: ShowcaseVersion | None
    published: ShowcaseVersion | None
    earlier: list[ShowcaseVersion]
    components: Sequence[ShowcaseComponent] = ()
    missing: Sequence[Finding] = ()

    @property
    def sha256(self) -> str:
        return sha256_of(self.fields)

    @property
    def changed(self) -> list[str]:
        """What was changed since the version that is published."""
        return _labels(self.published, self.fields)

    @property
    def changed_while_waiting(self) -> list[str]:
        return _labels(self.waiting, self.fields)

    @property
    def may_propose(self) -> bool:
        """Whether a new version would say something new, and nothing is missing."""
        newest = self.waiting or self.published
        return not self.missing and (newest is None or bool(rules.changed(newest.fields, self.fields)))


def _labels(version: ShowcaseVersion | None, fields: dict[str, Any]) -> list[str]:
    return [str(rules.ALLOWED[name]) for name in rules.changed(version.fields, fields)] if version else []


def shown_of(residency: Residency) -> Shown:
    """Return everything that the staff's page about one product shows; eleven queries."""
    fields = fields_of([residency])[residency.stream_id]
    versions = list(residency.stream.showcase_versions.select_related("lab_by", "owner_by", "ended_by").order_by("-number"))
    components = list(ShowcaseComponent.objects.filter(entry__stream=residency.stream_id))
    return replace(_shown(residency, fields, versions), components=components, missing=missing_of(residency, fields))


def missing_of(residency: Residency, fields: dict[str, Any]) -> list[Finding]:
    """Return what a version with these fields lacks; one query."""
    has_started = residency.started_on is not None or residency.before_portal
    return list(rules.missing(fields, has_started=has_started, state=residency.state, unnamed=unnamed_people(residency)))


def places_of(residency: Residency) -> list[tuple[AlumnusPlace, Consent | None]]:
    """Return the alumni of a residency who are in the directory, each with their consent if they gave it; two queries."""
    places = AlumnusPlace.objects.filter(residency=residency, alumnus__opted_out_at=None).select_related("alumnus__person")
    consents = {row.place_id: row for row in Consent.objects.standing().filter(place__residency=residency)}
    return [(place, consents.get(place.pk)) for place in places.order_by("alumnus__person__name", "pk")]


def product_list() -> list[Shown]:
    """Return every product with an entry or a version, as staff see it, by name; eleven queries, however many there are."""
    rows = Residency.objects.filter(Q(stream__showcase_entry__isnull=False) | Q(stream__showcase_versions__isnull=False))
    residencies = list(rows.select_related("stream", "program_area__ministry").distinct().order_by("product", "pk"))
    fields = fields_of(residencies)
    versions: ByStream = defaultdict(list)
    for version in ShowcaseVersion.objects.filter(stream__in=fields).order_by("-number").defer("search_text"):
        versions[version.stream_id].append(version)
    return [_shown(row, fields[row.stream_id], versions[row.stream_id]) for row in residencies]


def _shown(residency: Residency, fields: dict[str, Any], versions: list[ShowcaseVersion]) -> Shown:
    return Shown(
        residency,
        fields,
        next((version for version in versions if version.is_waiting), None),
        next((version for version in versions if version.is_published), None),
        [version for version in versions if version.to_at is not None],
    )


# ── For the public ───────────────────────────────────────────────────────────────────────────


def public_rows(versions: Iterable[ShowcaseVersion]) -> list[dict[str, Any]]:
    """Return what anyone may read of published versions; one query. Every public answer is made from this."""
    rows = list(versions)
    standing = _standing(consent for row in rows for consent in (each[CONSENT] for each in row.fields["alumni"]))
    return [rules.public(row.fields, standing) | {"version": row.number, "published_at": row.from_at} for row in rows]


def _standing(consents: Iterable[int]) -> Collection[int]:
    return set(Consent.objects.standing().filter(pk__in=list(consents)).values_list("pk", flat=True))


def listed(words: Sequence[str], *, stage: str = "", ministry: str = "", theme: str = "") -> Any:
    """Return the published versions with all these words, in this phase, of this ministry and theme."""
    rows = ShowcaseVersion.objects.published()
    for word in words[:8]:
        rows = rows.filter(search_text__contains=f" {word}")
    wanted = {"stage": stage, "ministry": ministry, "theme": theme}
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by("product", "pk")


def offered() -> dict[str, list[str]]:
    """Return the ministries and themes of published versions, for the filters; one query."""
    rows = ShowcaseVersion.objects.published().order_by().values_list("ministry", "theme").distinct()
    pairs = list(rows)
    return {"ministry": sorted({ministry for ministry, _theme in pairs}), "theme": sorted({theme for _ministry, theme in pairs if theme})}


def state_of_all() -> tuple[Any, ...]:
    """Return what changes with anything that a public page shows; two queries."""
    versions = ShowcaseVersion.objects.aggregate(Count("pk"), Max("from_at"), Max("to_at"))
    consents = Consent.objects.aggregate(
        all=Count("pk"),
        ended=Max("ended_at"),
        opted_out=Max("place__alumnus__opted_out_at"),
        gone=Count("pk", filter=Q(place__alumnus__opted_out_at__isnull=False)),
    )
    return (*versions.values(), *consents.values())
