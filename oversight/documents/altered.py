"""Before a sealed record is shown, sealed or handed out, its rows are compared with the ledger (EL-07, EL-26).

A page that doesn't match shows nothing of it; the lab's administrators are told, once for each mismatch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ledger.actions import append, lab_stream
from ledger.compare_records import Mismatch, mismatches
from ledger.models import Stream
from ledger.verification import verify_stream
from outbox.models import Message
from oversight.documents import mail
from people.lab import LAB_STAFF_ROLES, administrators
from people.models import Role

log = structlog.get_logger(__name__)


class RecordsAltered(Exception):
    """A row isn't what the ledger recorded. The sentence names the row; a page does not."""

    def __init__(self, mismatch: Mismatch) -> None:
        self.mismatch = mismatch
        super().__init__(_("A record doesn't match the ledger, so nothing is sealed or shown: %(mismatch)s") % {"mismatch": mismatch})


def compare(stream: Stream, reference: str, labels: Iterable[str]) -> None:
    """Raise `RecordsAltered` unless the stream's rows of the models in `labels` are what was recorded; one query for events, one per model.

    `reference` names what is shown, for the alarm.
    """
    for mismatch in mismatches(stream, labels):
        _refuse(reference, mismatch)


def compare_before_sealing(stream: Stream, reference: str, labels: Iterable[str]) -> None:
    """The same, and for the whole chain of the subject's events."""
    compare(stream, reference, labels)
    if broken := verify_stream(stream):
        _refuse(reference, Mismatch(broken.stream, reference, "ledger.event", str(broken.seq), broken.reason))


def _refuse(reference: str, mismatch: Mismatch) -> None:
    _alarm(reference, mismatch)
    raise RecordsAltered(mismatch)


@transaction.atomic
def _alarm(reference: str, mismatch: Mismatch) -> None:
    """Tell every administrator, and put it into the ledger and the log; once for each mismatch, however often it is met."""
    key = hashlib.sha256(str(mismatch).encode()).hexdigest()
    if Message.objects.filter(occasion=mail.RECORDS_ALTERED.key, key__endswith=key).exists():
        return
    log.error("records_altered", stream=mismatch.stream, record=mismatch.label, row=mismatch.row, reason=mismatch.says)
    mail.records_altered(reference, str(mismatch), key=key)
    facts = {"agreement": reference, "row": f"{mismatch.label} {mismatch.row}", "reason": mismatch.says}
    append(lab_stream(), "records-altered", by="system", facts=facts)


class AlteredRecords:
    """Answers `RecordsAltered`, wherever a view met it, with a page that says so and names who was told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RecordsAltered):
            return None
        staff = request.user.is_authenticated and request.user.has_role(*LAB_STAFF_ROLES, Role.ADMIN)
        context = {"administrators": administrators() if staff else [], "mismatch": exception.mismatch if staff else None}
        return render(request, "agreements/records_altered.html", context, status=503)
