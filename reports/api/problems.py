"""Errors of the API as problem documents (RFC 9457): what is wrong, and how to fix it."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from acts.revisions import Stale
from findings import Refused

CONTENT_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that is wrong."""

    code: str = Field(description="A stable code, listed in docs/findings.md, or the rule that a field broke.")
    message: str
    remedy: str = ""
    field: str = Field(default="", description="Where in the request, such as `body.value`.")


class Problem(Schema):
    """A problem document (RFC 9457). `faults` lists everything that is wrong, not only the first thing."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    faults: list[Fault] = []


class ProblemRaised(Exception):
    """Raised by code of the API to answer with a problem document."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


def problem(status: int, title: str, detail: str = "", faults: list[Fault] | None = None) -> HttpResponse:
    body = Problem(title=title, status=status, detail=detail, faults=faults or [])
    return HttpResponse(body.model_dump_json(), status=status, content_type=CONTENT_TYPE)


def answer_to(error: Exception) -> HttpResponse | None:
    """Return the problem document for an error of the API, or None for one that it doesn't know."""
    if isinstance(error, ProblemRaised):
        return problem(error.status, error.title, error.detail)
    if isinstance(error, AuthenticationError):
        detail = _("Send a working token in the header “Authorization: Bearer …”. Create tokens on the portal’s API tokens page.")
        response = problem(401, _("A token is required"), detail)
        response["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(error, PermissionDenied):
        return problem(403, _("This token doesn’t allow that"), _("Check the token’s access and its account’s permissions."))
    if isinstance(error, Http404):
        return problem(404, _("Not found"), _("There is nothing at this address that this token can see."))
    if isinstance(error, Refused):
        faults = [Fault(code=each.code, message=str(each.message), remedy=str(each.remedy)) for each in error.findings]
        return problem(409, _("Refused"), _("Nothing was changed."), faults)
    if isinstance(error, Stale):
        return problem(409, _("Changed in the meantime"), _("Read it again, and send your change based on that."))
    if isinstance(error, ValidationError):
        return problem(422, _("The request isn’t valid"), "", [_fault(each) for each in error.errors])
    return problem(error.status_code, str(error)) if isinstance(error, HttpError) else None


def _handled(request: HttpRequest, error: Any) -> HttpResponse:
    response = answer_to(error)
    assert response is not None  # noqa: S101 - it is registered for these errors alone
    return response


KNOWN = (ProblemRaised, AuthenticationError, PermissionDenied, Http404, Refused, Stale, ValidationError, HttpError)


def install(api: NinjaAPI) -> None:
    """Make every error of `api` that is known a problem document. Any other is a 500 page like anywhere else."""
    for kind in KNOWN:
        api.add_exception_handler(kind, _handled)


def _fault(error: dict[str, Any]) -> Fault:
    # "ctx" and "input" can hold anything that was sent; only the place and the rule go back.
    return Fault(code=str(error["type"]), message=str(error["msg"]), field=".".join(str(part) for part in error["loc"]))


def documented(*statuses: int) -> dict[int, Any]:
    """Return the problem answers of an operation, for its `response`."""
    return dict.fromkeys((401, 403, 422, *statuses), Problem)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
