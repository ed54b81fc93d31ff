"""The act that seals a value report, and its recomputation (EL-94, EL-97)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from ledger.actions import append
from ledger.canonical import canonical_json
from ledger.subjects import Subject, lock
from oversight.documents.actions import issue_document
from reports.models import ReportRun
from reports.value.document_kinds import KIND, labels_of
from reports.value.figures import CALCULATION, bytes_of, sha256_of
from web.templatetags.portal import day


@act("reports.seal_value_report")
def seal_value_report(subject: Subject, *, by: Actor) -> ReportRun:
    """Seal a subject's figures as they are known now, as a document that anyone can verify.

    Every act on money, savings and metrics locks the subject before it writes, and dates its rows after that. So under the same
    lock, nothing that is dated before now can still arrive, and the figures can be worked out again. Raises `Refused`
    (`letter-unprintable`, `ended`).
    """
    subject = lock(subject.stream)
    now = timezone.now()
    on = timezone.localdate(now)
    figures = bytes_of(CALCULATION, subject.stream_id, on, now)
    digest = sha256_of(figures)
    number = (ReportRun.objects.filter(stream=subject.stream, kind=KIND).aggregate(last=Max("number"))["last"] or 0) + 1
    content = {
        "calculation": CALCULATION, "figures": json.loads(figures), "figures_sha256": digest, "labels": labels_of(subject.stream_id),
    }  # fmt: skip
    title = _("Value report %(number)d, %(day)s") % {"number": number, "day": day(on)}
    document = issue_document(subject.stream, kind=KIND, title=title, content=content, by=by)
    run = ReportRun.objects.create(
        stream=subject.stream, kind=KIND, number=number, as_of=now, on=on, calculation=CALCULATION, figures=figures.decode(),
        figures_sha256=digest, document=document, made_by=account_of(by),
    )  # fmt: skip
    append(subject.stream, "value-report-sealed", by=by, facts={"number": number, "document": title, "sha256": digest})
    return run


@dataclass(frozen=True)
class Recomputed:
    """A sealed report's figures, worked out again from the rows: the hash in the sealed document, and the hash now."""

    sealed: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.sealed == self.now


def recompute(run: ReportRun) -> Recomputed:
    """Work out a sealed report's figures again as of its moment, by the calculation it was made with.

    The sealed hash is that of the figures in the document itself, so a changed `ReportRun` row proves nothing.
    """
    sealed = sha256_of(canonical_json(run.document.facts["content"]["figures"]))
    return Recomputed(sealed, sha256_of(bytes_of(run.calculation, run.stream_id, run.on, run.as_of)))
