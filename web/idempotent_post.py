"""A form that is sent twice acts once, whether through a double click, a retry or an impatient reload."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from acts.act import Outcome, watched
from web.models import Submission
from web.serving.sessions import digest

log = structlog.get_logger(__name__)
FIELD = "submission"
LONGEST_ANSWER = 10_000


class ActTakenBack(Exception):
    """An act was carried out, and then the whole request was rolled back: its view calls several acts that aren't `together`."""


class OncePerSubmission:
    """Runs a POST with a submission id once, in one transaction.

    If an act was carried out (acts/act.py), the request succeeded, whatever the view answers: the id is kept with the address
    that the answer led to, and sending it again leads there without acting twice. If an act refused or the view failed,
    everything the request wrote is rolled back, so that the form can be fixed and sent again. The same goes for a form that
    carried out no act, such as one with errors. If two arrive at once, the database lets one insert the id and the other waits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        submission = _submission_id(request)
        if submission is None:
            return self.get_response(request)
        with transaction.atomic():
            row = self._claim(request, submission)
            if row:
                return self._first_time(request, row)
        return _again(request, submission)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember that the view failed, because Django turns the exception into a response before it gets back here."""
        request.broke_off = True  # type: ignore[attr-defined]

    def _claim(self, request: HttpRequest, submission: uuid.UUID) -> Submission | None:
        try:
            # A savepoint, so that the losing insert doesn't roll back the request's whole transaction.
            with transaction.atomic():
                return Submission.objects.create(pk=submission, path=request.path[:500], who=_who(request))
        except IntegrityError:
            return None

    def _first_time(self, request: HttpRequest, row: Submission) -> HttpResponse:
        with watched() as outcome:
            response = self.get_response(request)
        if outcome.refused or getattr(request, "broke_off", False):
            # This rolls back the claim too, so that the same form can be sent again once it is fixed.
            transaction.set_rollback(True)
            _tell_what_was_undone(request, outcome)
        elif outcome.done:
            row.location, row.answer = response.get("Location", ""), _to_keep(response)
            row.save(update_fields=["location", "answer"])
        else:
            # Nothing was done: a form with errors keeps its id and can be sent with it again.
            row.delete()
        return response


def _again(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Answer a repeated submission like the first. Only the address of a page is kept, because a page may show something just once."""
    first = Submission.objects.filter(pk=submission, path=request.path[:500], who=_who(request)).first()
    if first and first.answer:
        return HttpResponse(first.answer, content_type="application/json")
    return HttpResponseRedirect(first.location if first and first.location else request.path)


def _to_keep(response: HttpResponse) -> str:
    """Return a JSON response's content to keep, because a script can't follow a redirect to a page; else ""."""
    is_data = response.get("Content-Type", "").startswith("application/json") and response.status_code == 200
    return response.content.decode() if is_data and len(response.content) <= LONGEST_ANSWER else ""


def _tell_what_was_undone(request: HttpRequest, outcome: Outcome) -> None:
    """Report an act that was rolled back after it was carried out: an error in tests, a log line elsewhere."""
    if not outcome.done:
        return
    facts: dict[str, Any] = {"path": request.path, "done": outcome.done, "refused": outcome.refused}
    log.error("act_taken_back", **facts)
    if settings.FAIL_WHEN_AN_ACT_IS_TAKEN_BACK:
        raise ActTakenBack(facts)


def _submission_id(request: HttpRequest) -> uuid.UUID | None:
    if request.method != "POST":
        return None
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _who(request: HttpRequest) -> str:
    """Return the account, or the session if there is no account."""
    user = getattr(request, "user", None)
    return f"user:{user.pk}" if user and user.is_authenticated else f"session:{digest(request.session.session_key)}"
