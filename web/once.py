"""A form sent twice acts once, whatever the form: a double click, a retry, an impatient reload."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from web.models import Submission
from web.sessions import digest

FIELD = "submission"


class OncePerSubmission:
    """Runs a POST that carries a submission id in one transaction, once.

    A redirect means that it acted: the id is kept with where it led, and whoever sends it again is led
    there too. Anything else (a form with errors, a refusal) rolls back all that the view wrote, so that
    the same form can be mended and sent again. Two at the same moment: the database lets one insert the
    id, the other waits for it.
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
        first = Submission.objects.filter(pk=submission, path=request.path[:500], who=_who(request)).first()
        return HttpResponseRedirect(first.location if first and first.location else request.path)

    def _claim(self, request: HttpRequest, submission: uuid.UUID) -> Submission | None:
        try:
            with transaction.atomic():
                return Submission.objects.create(pk=submission, path=request.path[:500], who=_who(request))
        except IntegrityError:
            return None

    def _first_time(self, request: HttpRequest, row: Submission) -> HttpResponse:
        response = self.get_response(request)
        if 300 <= response.status_code < 400:
            row.location = response["Location"]
            row.save(update_fields=["location"])
        else:
            transaction.set_rollback(True)
        return response


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
