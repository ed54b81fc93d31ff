"""POST requests that act once however often they are sent, by their Idempotency-Key. The rules are ours; docs/api.md states them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Header

from reports.api.problems import ProblemRaised, answer_to
from reports.models import ApiToken, KeptAnswer

KEPT_FOR = datetime.timedelta(hours=24)
Key = Annotated[
    str | None,
    Header(None, alias="Idempotency-Key", max_length=200, description="A name of your own for this request, such as a UUID. Required."),
]


def once(request: HttpRequest, token: ApiToken, key: str | None, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out `act` once for a key: the same key with the same body gets the first answer again for 24 hours.

    Raises a problem: 400 without a key, 422 for a key that came with another request, 409 while the first is still running. An
    answer that refused is kept too; a failure (500) isn't, and takes back everything.
    """
    if not key or not key.strip():
        raise ProblemRaised(400, _("The header Idempotency-Key is missing"), _("Send a new key with each new request."))
    sha256 = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    with transaction.atomic():
        _refuse_if_running(token, key)
        row = _claim(token, key, sha256)
        if row is None:
            return _again(token, key, sha256)
        response = _answer(act)
        row.status, row.content_type, row.content = response.status_code, response["Content-Type"], response.content.decode()
        row.save(update_fields=["status", "content_type", "content"])
    return response


def forget_old_answers(now: datetime.datetime | None = None) -> int:
    """Delete kept answers that are older than a day, and return how many."""
    return KeptAnswer.objects.filter(created_at__lt=(now or timezone.now()) - KEPT_FOR).delete()[0]


def _refuse_if_running(token: ApiToken, key: str) -> None:
    """Raise a problem (409) while another request with this key is running. SQLite runs one writer at a time, so it waits instead."""
    if connection.vendor != "postgresql":
        return
    name = int.from_bytes(hashlib.sha256(f"{token.pk}:{key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        # Without this, the insert below would wait for the other transaction, and with it a web thread.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [name])
        if not cursor.fetchone()[0]:
            raise ProblemRaised(409, _("The first request with this key is still running"), _("Send it again in a moment."))


def _claim(token: ApiToken, key: str, sha256: str) -> KeptAnswer | None:
    KeptAnswer.objects.filter(token=token, key=key, created_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        # A savepoint, so that a failed insert leaves the transaction usable.
        with transaction.atomic():
            return KeptAnswer.objects.create(token=token, key=key, request_sha256=sha256)
    except IntegrityError:
        return None


def _answer(act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        # A refusal takes back what the act wrote and keeps the claim, so its answer can be kept.
        with transaction.atomic():
            return act()
    except Exception as error:
        response = answer_to(error)
        if response is None:
            raise
        return response


def _again(token: ApiToken, key: str, sha256: str) -> HttpResponse:
    row = KeptAnswer.objects.get(token=token, key=key)
    if row.request_sha256 != sha256:
        raise ProblemRaised(422, _("This key was used for another request"), _("Send a new key with each new request."))
    response = HttpResponse(row.content, status=row.status, content_type=row.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def answer(status: int, schema: Any) -> HttpResponse:
    """Return a schema as a JSON response, for `once`."""
    return HttpResponse(schema.model_dump_json(), status=status, content_type="application/json")
