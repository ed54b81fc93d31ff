"""A form sent twice acts once, whatever the form: a double click, a retry, an impatient reload."""

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
    """An act was carried out, and then all of the request was undone: its view calls several acts that are not `together`."""


class OncePerSubmission:
    """Runs a POST that carries a submission id in one transaction, once.

    An act that was carried out (acts/act.py) is success, whatever the view answers: the id is kept with where
    the answer led, and whoever sends it again is led there too, without acting twice. An act that refused, or a view that
    failed, undoes all that the request wrote, so that the same form can be fixed and sent again; so can one that asked for
    no act, such as a form with errors. Two at the same moment: the database lets one insert the id, the other waits for it.
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
        """A view that broke off: Django makes an answer of it before it comes back here."""
        request.broke_off = True  # type: ignore[attr-defined]

    def _claim(self, request: HttpRequest, submission: uuid.UUID) -> Submission | None:
        try:
            # A savepoint: the insert that loses must not take the request's whole transaction with it.
            with transaction.atomic():
                return Submission.objects.create(pk=submission, path=request.path[:500], who=_who(request))
        except IntegrityError:
            return None

    def _first_time(self, request: HttpRequest, row: Submission) -> HttpResponse:
        with watched() as outcome:
            response = self.get_response(request)
        if outcome.refused or getattr(request, "broke_off", False):
            # The claim goes with it, so that the same form can be sent again once it is fixed.
            transaction.set_rollback(True)
            _tell_what_was_undone(request, outcome)
        elif outcome.done:
            row.location, row.answer = response.get("Location", ""), _to_keep(response)
            row.save(update_fields=["location", "answer"])
        else:
            # Nothing was done: a form with errors keeps its id, and may be sent with it again.
            row.delete()
        return response


def _again(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """What the first sending led to. A page that was shown then is not kept, as it may hold what is told once: its address is."""
    first = Submission.objects.filter(pk=submission, path=request.path[:500], who=_who(request)).first()
    if first and first.answer:
        return HttpResponse(first.answer, content_type="application/json")
    return HttpResponseRedirect(first.location if first and first.location else request.path)


def _to_keep(response: HttpResponse) -> str:
    """An answer to a script, which can't follow a redirect to a page."""
    is_data = response.get("Content-Type", "").startswith("application/json") and response.status_code == 200
    return response.content.decode() if is_data and len(response.content) <= LONGEST_ANSWER else ""


def _tell_what_was_undone(request: HttpRequest, outcome: Outcome) -> None:
    """Nobody is told that something was done which then was not: in tests that fails, elsewhere it is logged."""
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
    """The account, or the session of somebody without one."""
    user = getattr(request, "user", None)
    return f"user:{user.pk}" if user and user.is_authenticated else f"session:{digest(request.session.session_key)}"
