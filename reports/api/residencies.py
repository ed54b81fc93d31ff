"""Residencies, their teams and sealed reports, for programs."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field, StringConstraints

from ledger.subjects import subject_called, visible_to, with_subject
from reports.api.paging import After, Limit, page_of
from reports.api.problems import documented
from reports.models import ReportRun
from reports.runs import run_called
from reports.tokens.bearer import TokenActor
from residencies.models import Residency
from residencies.models.states import Phase, State
from teams.models import Seat

router = Router(tags=["Residencies"])
PORTFOLIO_KIND = "portfolio"
Reference = Annotated[
    str, Path(description="The residency’s reference, such as XL-2026-014."), StringConstraints(max_length=20, pattern=r"^[A-Za-z0-9\-]+$")
]
StateCode = Literal[tuple(State.values)]  # type: ignore[valid-type]
PhaseCode = Literal[tuple(Phase.values)]  # type: ignore[valid-type]


class ResidencySummary(Schema):
    """A residency in a list."""

    reference: str
    product: str
    ministry: str
    program_area: str
    state: StateCode  # type: ignore[valid-type]
    phase: PhaseCode = Field(description="The coaching phase.")  # type: ignore[valid-type]
    started_on: datetime.date | None
    live_on: datetime.date | None
    graduation_due_on: datetime.date | None
    ended_on: datetime.date | None


class ResidencyDetail(ResidencySummary):
    """A residency, whole."""

    problem: str = Field(description="The problem statement.")
    lab_lead: str | None
    url: str = Field(description="Its page in the portal, without the portal’s address.")


class ResidencyPage(Schema):
    items: list[ResidencySummary]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


class SeatOut(Schema):
    """Someone’s place on the team on that day, or an open seat if `person` is null."""

    person: str | None
    role: str
    employer: str
    vendor: str
    share: int = Field(description="Share of full time, in percent.")
    from_on: datetime.date
    to_on: datetime.date | None


class TeamOut(Schema):
    on: datetime.date
    seats: list[SeatOut]


def actor(request: HttpRequest) -> TokenActor:
    return request.auth  # type: ignore[attr-defined, no-any-return]


def residency_for(by: TokenActor, reference: str, permission: str) -> Any:
    """Return the residency with this reference if the token can see it, else raise Http404: hidden and absent look the same."""
    subject = subject_called(reference)
    if not isinstance(subject, Residency) or not by.has_perm(permission, subject):
        raise Http404(reference)
    return subject


@router.get("/residencies", response={200: ResidencyPage, **documented(400)}, summary="List residencies", operation_id="list_residencies")
def list_residencies(
    request: HttpRequest,
    state: Annotated[StateCode | None, Query(None)],  # type: ignore[valid-type]
    after: After,
    limit: Limit,
) -> dict[str, Any]:
    """List the residencies that the token can see, oldest first."""
    by = actor(request)
    rows = Residency.objects.visible_to(by.account).for_list()
    if by.token.stream_id:
        rows = rows.filter(stream=by.token.stream_id)
    if state:
        rows = rows.filter(state=state)
    items, following = page_of(rows, after, limit)
    return {"items": [_summary(row) for row in items], "next": following}


@router.get(
    "/residencies/{reference}",
    response={200: ResidencyDetail, **documented(404)},
    summary="Show a residency",
    operation_id="show_residency",
)
def show_residency(request: HttpRequest, reference: Reference) -> dict[str, Any]:
    """Show one residency."""
    residency = residency_for(actor(request), reference, "residencies.view_residency")
    owner = residency.owner
    return _summary(residency) | {
        "problem": residency.problem,
        "lab_lead": owner.name if owner else None,
        "url": residency.get_absolute_url(),
    }


@router.get("/residencies/{reference}/team", response={200: TeamOut, **documented(404)}, summary="Show a team", operation_id="show_team")
def show_team(
    request: HttpRequest,
    reference: Reference,
    on: Annotated[datetime.date | None, Query(None, description="The day to show; today if left out.")],
) -> dict[str, Any]:
    """Show the roster of a residency as it is, or was, on a day."""
    residency = residency_for(actor(request), reference, "teams.view_team")
    day = on or timezone.localdate()
    seats = [seat for seat in Seat.objects.of(residency) if seat.covers(day)]
    return {"on": day, "seats": [_seat(seat) for seat in seats]}


def _summary(residency: Residency) -> dict[str, Any]:
    plain = {name: getattr(residency, name) for name in ("reference", "product", "state", "phase")}
    days = {name: getattr(residency, name) for name in ("started_on", "live_on", "graduation_due_on", "ended_on")}
    return plain | days | {"ministry": residency.ministry.name, "program_area": residency.program_area.name}


def _seat(seat: Seat) -> dict[str, Any]:
    plain = {name: getattr(seat, name) for name in ("role", "employer", "vendor", "share", "from_on", "to_on")}
    return plain | {"person": seat.person.name if seat.person else None}


# ── Sealed reports (EL-94, EL-97) ────────────────────────────────────────────────────────────

ReportReference = Annotated[
    str,
    Path(description="The reference of the report’s document, such as XL-2026-014-D3 or PORTFOLIO-D1."),
    StringConstraints(max_length=30, pattern=r"^[A-Za-z0-9\-]+$"),
]


class ReportSummary(Schema):
    """A sealed report in a list."""

    reference: str = Field(description="The reference of its document.")
    kind: Literal["value-report", "portfolio"]
    title: str
    residency: str | None = Field(description="The reference of the residency; null for a portfolio.")
    on: datetime.date = Field(description="The day that its figures are of.")
    as_of: datetime.datetime = Field(description="The moment up to which entries are included.")
    calculation: int
    figures_sha256: str = Field(description="SHA-256 of the figures as canonical JSON, as in the sealed document.")


class ReportDetail(ReportSummary):
    """A sealed report with its figures."""

    figures: dict[str, Any]
    labels: dict[str, Any] = Field(description="What the keys in the figures were called when the report was sealed.")


class ReportPage(Schema):
    items: list[ReportSummary]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


@router.get("/reports", response={200: ReportPage, **documented(400)}, summary="List sealed reports", operation_id="list_reports")
def list_reports(request: HttpRequest, after: After, limit: Limit) -> dict[str, Any]:
    """List the sealed value reports and portfolios that the token can see, oldest first."""
    by = actor(request)
    visible = visible_to(by.account, "stream")
    if visible and by.account.has_perm("reports.view_portfolio"):  # an empty condition is everything
        visible |= Q(stream__kind=PORTFOLIO_KIND)
    rows = ReportRun.objects.filter(visible)
    if by.token.stream_id:
        rows = rows.filter(stream=by.token.stream_id)
    related = with_subject("stream", documents=True)
    items, following = page_of(rows.select_related("document", *related).defer("figures", "document__content"), after, limit)
    return {"items": [_report(row) for row in items], "next": following}


@router.get(
    "/reports/{reference}", response={200: ReportDetail, **documented(404)}, summary="Show a sealed report", operation_id="show_report"
)
def show_report(request: HttpRequest, reference: ReportReference) -> dict[str, Any]:
    """Show one sealed report with the figures that were sealed."""
    run = run_called(reference)
    if run is None or not actor(request).has_perm("reports.view_sealed_report", run):
        raise Http404(reference)
    return _report(run) | {"figures": run.sealed_figures, "labels": run.document.facts["content"]["labels"]}


def _report(run: ReportRun) -> dict[str, Any]:
    plain = {name: getattr(run, name) for name in ("kind", "on", "as_of", "calculation", "figures_sha256")}
    subject = run.subject
    return plain | {
        "reference": f"{subject.reference}-D{run.document.number}",
        "title": run.document.title,
        "residency": None if run.stream.kind == PORTFOLIO_KIND else subject.reference,
    }
