"""Before an agreement is shown, sealed or handed out, its rows are compared with the ledger (EL-07, EL-26).

A page that doesn't match shows nothing of the agreement; the lab's administrators are told, once for each mismatch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion
from agreements.versions import mail
from ledger.actions import append, lab_stream
from ledger.compare_records import Mismatch, mismatches
from ledger.verification import verify_stream
from outbox.models import Message
from people.lab import LAB_STAFF_ROLES, administrators
from people.models import Role

log = structlog.get_logger(__name__)

PUBLIC = ("agreements.agreementversion", "agreements.signature", "agreements.sealeddocument")
READ = ("agreements.agreementversion", "agreements.section", "agreements.clause", "agreements.party", "agreements.signature")
SEALED = (
    *READ, "agreements.agreement", "agreements.partyrole", "agreements.sectionread", "agreements.decline", "agreements.handover",
    "agreements.amendment", "agreements.seal", "agreements.sealeddocument",
)  # fmt: skip


class RecordsAltered(Exception):
    """A row of this agreement isn't what the ledger recorded. The sentence names the row; a page does not."""

    def __init__(self, mismatch: Mismatch) -> None:
        self.mismatch = mismatch
        super().__init__(_("A record doesn't match the ledger, so nothing is sealed or shown: %(mismatch)s") % {"mismatch": mismatch})


def compare(version: AgreementVersion) -> None:
    """Raise `RecordsAltered` unless the words, parties and signatures of `version`'s agreement are what was recorded; six queries."""
    _compare(version, READ)


def compare_what_is_public(version: AgreementVersion) -> None:
    """The same for what the public page tells of a version; four queries."""
    _compare(version, PUBLIC)


def compare_before_printing(version: AgreementVersion) -> None:
    """The same for what goes into a PDF; one query for each model."""
    _compare(version, SEALED)


def compare_before_sealing(version: AgreementVersion) -> None:
    """The same for everything that goes into a document or a bundle, and for the whole chain of the subject's events."""
    _compare(version, SEALED)
    if broken := verify_stream(version.agreement.stream):
        _refuse(version, Mismatch(broken.stream, version.agreement.reference, "ledger.event", str(broken.seq), broken.reason))


def _compare(version: AgreementVersion, labels: tuple[str, ...]) -> None:
    for mismatch in mismatches(version.agreement.stream, labels):
        _refuse(version, mismatch)


def _refuse(version: AgreementVersion, mismatch: Mismatch) -> None:
    _alarm(version, mismatch)
    raise RecordsAltered(mismatch)


@transaction.atomic
def _alarm(version: AgreementVersion, mismatch: Mismatch) -> None:
    """Tell every administrator, and put it into the ledger and the log; once for each mismatch, however often it is met."""
    key = hashlib.sha256(str(mismatch).encode()).hexdigest()
    if Message.objects.filter(occasion=mail.RECORDS_ALTERED.key, key__endswith=key).exists():
        return
    log.error("records_altered", stream=mismatch.stream, record=mismatch.label, row=mismatch.row, reason=mismatch.says)
    mail.records_altered(version, str(mismatch), key=key)
    facts = {"agreement": version.agreement.reference, "row": f"{mismatch.label} {mismatch.row}", "reason": mismatch.says}
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
