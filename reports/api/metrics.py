"""Metrics and their readings, for programs (EL-90, EL-91)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field, PlainSerializer

from metrics.choices import DECIMALS, DIGITS, Cadence, Direction, MetricKind
from metrics.models import Metric, Observation
from metrics.readings.actions import record_observation
from reports.api.paging import After, Limit, page_of
from reports.api.problems import documented
from reports.api.repeats import Key, answer, once
from reports.api.residencies import Reference, actor, residency_for
from reports.tokens.bearer import TokenActor

router = Router(tags=["Metrics"])
LARGEST_KEY = 2**63 - 1
MetricId = Annotated[int, Path(ge=1, le=LARGEST_KEY, description="The metric’s `id`.")]
Figure = Annotated[Decimal, Field(max_digits=DIGITS, decimal_places=DECIMALS)]
FigureText = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.{DECIMALS}f}", return_type=str)]
KindCode = Literal[tuple(MetricKind.values)]  # type: ignore[valid-type]
DirectionCode = Literal[tuple(Direction.values)]  # type: ignore[valid-type]
CadenceCode = Literal[tuple(Cadence.values)]  # type: ignore[valid-type]


class MetricOut(Schema):
    """A metric. Figures are decimal numbers as text, so that none is rounded on the way."""

    id: int
    residency: str = Field(description="The reference of its residency.")
    name: str
    kind: KindCode  # type: ignore[valid-type]
    unit: str
    direction: DirectionCode  # type: ignore[valid-type]
    cadence: CadenceCode  # type: ignore[valid-type]
    is_north_star: bool
    is_ratio: bool = Field(description="Whether a reading has a numerator and a denominator instead of a value.")
    baseline_value: FigureText | None
    baseline_on: datetime.date | None
    target_value: FigureText | None
    target_on: datetime.date | None
    last_value: FigureText | None
    last_on: datetime.date | None
    next_due_on: datetime.date | None
    retired_on: datetime.date | None


class MetricPage(Schema):
    items: list[MetricOut]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


class ObservationOut(Schema):
    """A reading. One that was corrected isn't current, and `corrects` of the newer one names it."""

    id: int
    on: datetime.date
    value: FigureText
    numerator: FigureText | None
    denominator: FigureText | None
    note: str
    evidence: str
    entered_at: datetime.datetime
    corrects: int | None
    is_current: bool


class ObservationPage(Schema):
    items: list[ObservationOut]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


class ObservationIn(Schema):
    """A new reading: `value`, or `numerator` and `denominator` for a ratio."""

    model_config = ConfigDict(extra="forbid")

    on: datetime.date
    value: Figure | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    note: str = Field("", max_length=300)
    evidence: str = Field("", max_length=1000, description="A link to where the figure comes from.")
    acknowledged: bool = Field(False, description="True to record a figure that was refused as unusual: a jump, for example.")


def metric_for(by: TokenActor, metric: int) -> Metric:
    """Return the metric if the token can see it, else raise Http404."""
    row = Metric.objects.select_related("stream__residency").filter(pk=metric, stream__residency__isnull=False).first()
    if row is None or not by.has_perm("metrics.view_metric", row):
        raise Http404(metric)
    return row


@router.get(
    "/residencies/{reference}/metrics", response={200: MetricPage, **documented(400, 404)}, summary="List metrics", operation_id="list_metrics"
)  # fmt: skip
def list_metrics(request: HttpRequest, reference: Reference, after: After, limit: Limit) -> dict[str, Any]:
    """List a residency's metrics, oldest first, with retired ones."""
    residency = residency_for(actor(request), reference, "metrics.view_metrics")
    items, following = page_of(Metric.objects.filter(stream=residency.stream_id), after, limit)
    return {"items": [_metric(row, residency.reference) for row in items], "next": following}


@router.get("/metrics/{metric}", response={200: MetricOut, **documented(404)}, summary="Show a metric", operation_id="show_metric")
def show_metric(request: HttpRequest, metric: MetricId) -> dict[str, Any]:
    """Show a metric."""
    row = metric_for(actor(request), metric)
    return _metric(row, row.subject.reference)


@router.get(
    "/metrics/{metric}/observations",
    response={200: ObservationPage, **documented(400, 404)},
    summary="List readings",
    operation_id="list_observations",
)
def list_observations(
    request: HttpRequest,
    metric: MetricId,
    after: After,
    limit: Limit,
    as_of: Annotated[
        datetime.datetime | None, Query(None, description="Show what was known at this moment, whatever was corrected since.")
    ],
) -> dict[str, Any]:
    """List the readings that count now, or that counted at a moment, in the order in which they were entered."""
    row = metric_for(actor(request), metric)
    rows = row.observations.current() if as_of is None else row.observations.known_at(_with_zone(as_of))
    items, following = page_of(rows, after, limit)
    return {"items": [_observation(each) for each in items], "next": following}


@router.post(
    "/metrics/{metric}/observations",
    response={201: ObservationOut, **documented(400, 404, 409)},
    summary="Add a reading",
    operation_id="add_observation",
)
def add_observation(request: HttpRequest, metric: MetricId, data: ObservationIn, key: Key) -> HttpResponse:
    """Add a reading. A figure that looks like a mistake is refused (409) and taken with `acknowledged`."""
    by = actor(request)
    row = metric_for(by, metric)
    if not by.has_perm("metrics.record_reading", row):
        raise PermissionDenied

    def act() -> HttpResponse:
        observation = record_observation(row, **data.model_dump(), by=by)
        return answer(201, ObservationOut(**_observation(observation)))

    return once(request, by.token, key, act)


def _with_zone(moment: datetime.datetime) -> datetime.datetime:
    """Return the moment; one without an offset is taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


METRIC_FIELDS = (
    "name", "kind", "unit", "direction", "cadence", "is_north_star", "is_ratio", "baseline_value", "baseline_on", "target_value", "target_on",
    "last_value", "last_on", "next_due_on", "retired_on",
)  # fmt: skip
READING_FIELDS = ("on", "value", "numerator", "denominator", "note", "evidence", "entered_at", "is_current")


def _metric(metric: Metric, reference: str) -> dict[str, Any]:
    return {"id": metric.pk, "residency": reference, **{name: getattr(metric, name) for name in METRIC_FIELDS}}


def _observation(row: Observation) -> dict[str, Any]:
    return {"id": row.pk, "corrects": row.corrects_id, **{name: getattr(row, name) for name in READING_FIELDS}}
