"""Agreements as an auditor reads them on a day: which version was in force, who was responsible, and what it says (SP-06)."""

from __future__ import annotations

import datetime
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from agreements.models import PARTNERSHIP, AgreementVersion, Clause
from dates.moments import moment_of
from ledger.models import Event
from ledger.subjects import with_subject
from partnerships.agreement.rules import Audited, Topics
from partnerships.models import Partnership

# The acts that set what an auditor asks for, with where in their facts it is.
OWNER_ACTS = {"assigned": "to", "partnership-started": "lead"}


@cache
def topics() -> dict[str, Topics]:
    """Return the mandatory topics by kind of subject."""
    data = tomllib.loads((Path(__file__).parent / "topics.toml").read_text())
    return {kind: {code: (topic["label"], tuple(topic["words"])) for code, topic in rows.items()} for kind, rows in data.items()}


def audited(on: datetime.date) -> list[tuple[Audited, Topics]]:
    """Return every agreement in force at the end of the day `on`, with the topics it has to cover; four queries."""
    moment = moment_of(on + datetime.timedelta(days=1))  # the end of that day
    held = Q(in_force_at__lte=moment) & (Q(superseded_at=None) | Q(superseded_at__gt=moment))
    standing = Q(agreement__voided_at=None) | Q(agreement__voided_at__gt=moment)
    rows = AgreementVersion.objects.filter(held, standing, agreement__purpose=PARTNERSHIP, agreement__stream__kind__in=list(topics()))
    versions = list(rows.select_related("agreement", *with_subject("agreement__stream")).order_by("agreement__reference"))
    first = dict(
        AgreementVersion.objects.filter(agreement__in=[version.agreement_id for version in versions])
        .exclude(in_force_at=None)
        .values_list("agreement")
        .annotate(first=Min("in_force_at"))
        .order_by()
    )
    headings: dict[int, list[str]] = defaultdict(list)
    for version, heading in Clause.objects.filter(version__in=versions).values_list("version", "heading"):
        headings[version].append(heading)
    known = _known_on([version.agreement.stream_id for version in versions], moment)
    return [
        (
            _facts(version, known[version.agreement.stream_id], first[version.agreement_id], tuple(headings[version.pk]), on),
            topics()[version.agreement.stream.kind],
        )
        for version in versions
    ]


def _known_on(streams: Collection[int], moment: datetime.datetime) -> dict[int, dict[str, Any]]:
    """Return who was responsible and when the review was at `moment`, by stream, as the ledger tells it."""
    acts = [*OWNER_ACTS, "partnership-edited", "decided"]
    known: dict[int, dict[str, Any]] = defaultdict(dict)
    events = Event.objects.filter(stream__in=streams, act__in=acts, at__lte=moment).order_by("stream", "seq")
    for stream, act, facts in events.values_list("stream", "act", "facts"):
        known[stream] |= _learned(act, facts)
    return known


def _learned(act: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if act in OWNER_ACTS:
        return {"owner": facts.get(OWNER_ACTS[act], "")}
    if act == "decided":
        return {"review_on": facts["review_on"]} if "review_on" in facts else {}
    changes = facts.get("changes", {})
    named = {"lead": "owner", "review_on": "review_on"}
    return {named[name]: change["to"] for name, change in changes.items() if name in named}


def _facts(
    version: AgreementVersion, known: Mapping[str, Any], first: datetime.datetime, headings: tuple[str, ...], on: datetime.date
) -> Audited:
    agreement, subject = version.agreement, version.agreement.subject
    started_on = subject.anchors()["start"]
    return Audited(
        reference=agreement.reference,
        name=subject.name,
        url=agreement.get_absolute_url(),
        has_owner=bool(known.get("owner")),
        needs_review=isinstance(subject, Partnership),
        review_on=parse_date(str(known.get("review_on") or "")),
        started_on=started_on,
        first_in_force_on=timezone.localdate(first),
        until=parse_date(str(version.header.get("until") or "")),
        is_operating=bool(started_on and started_on <= on and (subject.ended_on is None or subject.ended_on > on)),
        headings=headings,
    )
