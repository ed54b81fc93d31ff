"""An existing agreement signed on paper is recorded as a scan that two at the lab vouch for; it is never sealed."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from agreements.models import PARTNERSHIP, PaperAgreement
from findings import Finding, Refused, blocking
from ledger import subjects
from ledger.actions import append
from ledger.models import Stream
from people.lab import findings_on_second_look
from web.uploads.kinds import inspect

PLACE = "agreement"


@act("agreements.record_paper")
def record_paper(
    stream: Stream, *, title: str, parties: str, signers: str, signed_on: datetime.date, name: str, content: bytes, by: Actor
) -> PaperAgreement:
    """Record the scan of an agreement about the subject of `stream` with what is printed on it.

    It counts for nothing until somebody else confirms it. The subject's own gates hold as for any agreement
    (EL-13). Raises `Refused`: a gate, `paper-not-pdf` or another finding about the file, `paper-date`,
    `paper-exists`; nothing is written then.
    """
    # The subject before the stream: the event below locks the stream, and a move of the subject comes after it.
    subjects.lock(stream)
    findings = subjects.findings_before("prepare_agreement", stream, timezone.localdate())
    if inspect(content, name).content_type != "application/pdf":
        findings.append(blocking("paper-not-pdf", _("The scan isn’t a PDF."), _("Scan all pages into one PDF."), PLACE))
    if signed_on > timezone.localdate():
        findings.append(blocking("paper-date", _("The last signature can’t be in the future."), _("Enter the date printed on it."), PLACE))
    if findings:
        raise Refused(findings)
    paper = PaperAgreement(
        stream=stream, title=" ".join(title.split()), parties=parties.strip(), signers=signers.strip(), signed_on=signed_on,
        sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content), recorded_by=account_of(by),
    )  # fmt: skip
    paper.file.save("scan.pdf", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError as clash:
        paper.file.delete(save=False)
        message = _("There’s already a scan of a signed paper agreement.")
        raise Refused([blocking("paper-exists", message, _("Withdraw that scan first."), PLACE)]) from clash
    append(stream, "paper-recorded", by=by, facts=_facts(paper))
    subjects.tell("agreement_prepared", stream, by=by, purpose=PARTNERSHIP)
    return paper


@act("agreements.confirm_paper")
def confirm_paper(paper: PaperAgreement, *, by: Actor) -> PaperAgreement:
    """A second person at the lab has compared the scan with what was entered: from now on it counts as in force.

    Raises `Refused`: `second-account`, `second-account-new`, `second-account-dependent` (OP-03), `paper-decided`, or a gate of
    the subject (EL-13); nothing is written then.
    """
    paper = _locked(paper)
    findings = [
        *subjects.findings_before("prepare_agreement", paper.stream, timezone.localdate()),
        *findings_before_confirming_paper(paper, by=by),
    ]
    if findings:
        raise Refused(findings)
    paper.confirmed_at, paper.confirmed_by = timezone.now(), account_of(by)
    paper.save(update_fields=["confirmed_at", "confirmed_by"])
    append(paper.stream, "paper-confirmed", by=by, facts={**_facts(paper), "recorded_by": str(paper.recorded_by)})
    return paper


def findings_before_confirming_paper(paper: PaperAgreement, *, by: Actor) -> list[Finding]:
    """Every reason why this account can't be the second to vouch for the scan."""
    return _not_open(paper) or findings_on_second_look(account_of(by), paper.recorded_by, since=paper.recorded_at)


@act("agreements.record_paper")
def withdraw_paper(paper: PaperAgreement, *, reason: str, by: Actor) -> PaperAgreement:
    """The scan no longer counts, for a reason that stays on record; so does the scan. Raises `Refused` without one, or when it is withdrawn."""
    paper = _locked(paper)
    findings = []
    if paper.withdrawn_at:
        findings.append(blocking("paper-decided", _("This scan was already withdrawn."), _("You don’t need to do anything."), PLACE))
    if not reason.strip():
        findings.append(blocking("reason-missing", _("The reason is missing."), _("Give it in a sentence."), PLACE))
    if findings:
        raise Refused(findings)
    withdraw_scan(paper, reason, by=by)
    return paper


def withdraw_scan(paper: PaperAgreement, reason: str, *, by: Actor) -> None:
    """Let a scan, which is locked, count no longer, for a reason that stays on record."""
    paper.withdrawn_at, paper.withdrawn_by, paper.withdrawal_reason = timezone.now(), account_of(by), reason.strip()
    paper.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    append(paper.stream, "paper-withdrawn", by=by, facts={**_facts(paper), "reason": paper.withdrawal_reason})


def _locked(paper: PaperAgreement) -> PaperAgreement:
    rows = PaperAgreement.objects.select_for_update(of=("self",)).select_related("stream", "recorded_by", "confirmed_by")
    return rows.get(pk=paper.pk)


def _not_open(paper: PaperAgreement) -> list[Finding]:
    if paper.confirmed_at is None and paper.withdrawn_at is None:
        return []
    return [blocking("paper-decided", _("This scan isn’t waiting for confirmation."), _("Reload the page to see why."), PLACE)]


def _facts(paper: PaperAgreement) -> dict[str, Any]:
    return {"paper": paper.pk, "title": paper.title, "signed_on": paper.signed_on, "file_sha256": paper.sha256}
