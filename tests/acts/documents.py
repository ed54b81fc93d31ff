"""Acts on sealed documents."""

from functools import partial

from django.test import override_settings

from acts.act import SYSTEM
from oversight.documents import actions
from oversight.documents.pipeline import SEALS
from oversight.models import DocumentSeal
from sealing.making import SealedFile
from tests.acts import Act, scenario
from tests.factories import account
from tests.oversight.documents import issued
from tests.residencies.rows import residency


def _requested(**fields: object) -> DocumentSeal:
    seal = issued(residency("in_residence")).seal
    DocumentSeal.objects.exclude(pk=seal.pk).update(state=DocumentSeal.State.DONE)  # so that a worker claims this one
    DocumentSeal.objects.filter(pk=seal.pk).update(**fields or {"attempts": 0})
    seal.refresh_from_db()
    return seal


@scenario("oversight.documents.actions.record_sealed_document")
def record_sealed_document() -> Act:
    _requested()
    sealed_file = SealedFile("sealed/aa/a.pdf", "a" * 64, 1, "b" * 64, "c" * 64, development=True, level="B-B", timestamp_at=None)
    return partial(actions.record_sealed_document, SEALS.claim("worker"), sealed_file, worker="worker", by=SYSTEM)


@scenario("oversight.documents.actions.put_document_seal_off")
def put_document_seal_off() -> Act:
    """For the third time, when lab operations are asked as well."""
    account("lab_ops")
    _requested(attempts=2)
    return partial(actions.put_document_seal_off, SEALS.claim("worker"), worker="worker", reason="The disk is full.", by=SYSTEM)


@scenario("oversight.documents.actions.seal_document_without_timestamp")
def seal_document_without_timestamp() -> Act:
    seal = _requested(attempts=1)
    act = partial(actions.seal_document_without_timestamp, seal, reason="The service ended.", by=account("lab_ops"))
    return partial(override_settings(SEAL_TSA_URLS=["http://tsa.example.test/"])(act.func), *act.args, **act.keywords)


@scenario("oversight.documents.actions.print_document_again")
def print_document_again() -> Act:
    seal = _requested(state=DocumentSeal.State.STUCK)
    return partial(actions.print_document_again, seal, reason="The font was renewed.", by=account("lab_ops"))
