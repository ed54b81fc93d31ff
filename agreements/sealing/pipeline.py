"""The queue of versions in force that wait for their seal (sealing/pipeline.py; EL-31)."""

from __future__ import annotations

from acts.act import SYSTEM
from agreements.models import Seal
from agreements.sealing import actions
from agreements.sealing.gathering import contents_in_force
from agreements.versions import records
from sealing import making
from sealing.making import SealedFile
from sealing.pipeline import SealingQueue


class AgreementSeals(SealingQueue[Seal]):
    model = Seal
    related = ("version__agreement__stream", "version__agreement__template_version")

    def make(self, request: Seal, *, worker: str) -> SealedFile:
        """Print and seal the agreement. Raises `RecordsAltered` when what would be sealed isn't what the ledger recorded."""

        def render(development: bool) -> bytes:
            from sealing.rendering import render

            # Before anything is printed: a seal over an altered row would lend it the lab's name.
            records.compare_before_sealing(request.version)
            return render(contents_in_force(request.version, request.told), development=development)

        return making.make(request, render, lab=request.told["lab"], worker=worker)

    def record(self, request: Seal, sealed_file: SealedFile, *, worker: str) -> bool:
        return actions.record_sealed(request, sealed_file, worker=worker, by=SYSTEM)

    def put_off(self, request: Seal, *, worker: str, reason: str, stuck: bool) -> None:
        actions.put_seal_off(request, worker=worker, reason=reason, stuck=stuck, by=SYSTEM)


SEALS = AgreementSeals()
seal_due = SEALS.seal_due
