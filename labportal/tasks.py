"""Hourly housekeeping, safe to run at any time and any number of times.

Once a day it exports the ledger's heads to a file, and the lab stream's by email (docs/operators-guide.md).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import PaperAgreement, SealedDocument
from agreements.models.paper import FOLDER as SCANS
from labportal.mail import queue_ledger_heads
from ledger import heads
from ledger.actions import append, checkpoint, lab_stream
from ledger.models import Event
from metrics.models import SavingRevision
from metrics.models.savings import FOLDER as SAVING_SOURCES
from oversight.checklists.actions import make_leaving_lists
from oversight.models import DocumentFile, TaskEvidence
from oversight.models.checklists import FOLDER as TASK_EVIDENCE
from oversight.status.actions.reports import plan_missing_reports
from partnerships.endings.actions import raise_decisions
from partnerships.sites.comments.actions import forget_comments
from partnerships.sites.counter.actions import forget_taps
from partnerships.sites.quality.actions import forget_assessments
from partnerships.sites.waits.importing import forget_tickets
from people.actions import add_person
from people.models import Person, Snooze
from recovery.watch import prove_ledger_once_a_day, raise_alarms
from reports.api.repeats import forget_old_answers
from reports.links.pipeline import check_links
from reports.portfolio.counting import count_again
from residencies.models import Evidence
from sealing.files import sweep_orphans
from teams.models import Training
from teams.models.training import CERTIFICATES
from teams.roster.actions import keep_checks
from teams.sprints.actions import keep_sprints
from web import kept_text
from web.models import Submission

KEPT = datetime.timedelta(days=7)


@shared_task
def keep_house() -> None:
    """Delete what is no longer needed, plan sprints ahead, check teams again, add leaving lists, and plan status reports.

    It also records every stream's head, verifies the ledger and exports the heads once a day, and emails alarms.

    Deletes week-old submissions, old kept text, ended snoozes and sessions, and files of acts that were rolled back.
    """
    week_ago = timezone.now() - KEPT
    Submission.objects.filter(at__lt=week_ago).delete()
    kept_text.forget_old()
    forget_old_answers()
    Snooze.objects.ended(timezone.localdate()).delete()
    forget_unlisted(week_ago)
    forget_unlisted(week_ago, Training, CERTIFICATES)
    forget_unlisted(week_ago, PaperAgreement, SCANS)
    forget_unlisted(week_ago, TaskEvidence, TASK_EVIDENCE)
    forget_unlisted(week_ago, SavingRevision, SAVING_SOURCES)
    sweep_orphans(week_ago, SealedDocument, DocumentFile)
    call_command("clearsessions")
    keep_sprints(by=SYSTEM)
    keep_checks(by=SYSTEM)
    make_leaving_lists(by=SYSTEM)
    raise_decisions(by=SYSTEM)
    forget_tickets(by=SYSTEM)
    forget_taps(by=SYSTEM)
    forget_comments(by=SYSTEM)
    forget_assessments(by=SYSTEM)
    plan_missing_reports(by=SYSTEM)
    checkpoint()
    prove_ledger_once_a_day()
    export_once_a_day()
    raise_alarms()


@shared_task
def check_outside_links() -> int:
    """Ask the links on product pages that are due whether they still work; returns how many were asked (EL-95)."""
    return check_links()


@shared_task
def count_portfolio() -> int:
    """Count the portfolio again for the filters that people looked at; returns for how many."""
    return count_again()


ACT = "heads-exported"


def export_once_a_day() -> bool:
    """Export the heads to `LEDGER_HEADS_FILE` and `LEDGER_HEADS_EMAIL`, unless that was done today; returns whether it was done now.

    The file name may contain `%Y-%m-%d`, for a file per day. Raises OSError if the file can't be written, and the next
    run tries again. The email is queued first, once a day, so it doesn't wait for the file.
    """
    if not (settings.LEDGER_HEADS_FILE or settings.LEDGER_HEADS_EMAIL) or _exported_today():
        return False
    now = timezone.localtime()
    facts: dict[str, object] = {}
    if settings.LEDGER_HEADS_EMAIL:
        _mail(f"{now:%Y-%m-%d}")
        facts["to"] = settings.LEDGER_HEADS_EMAIL
    if settings.LEDGER_HEADS_FILE:
        file = Path(now.strftime(settings.LEDGER_HEADS_FILE))
        heads.write(file, heads.export())
        facts["file"] = file.name
    append(lab_stream(), ACT, by="system", facts=facts)
    return True


def _exported_today() -> bool:
    last = Event.objects.filter(act=ACT, stream__kind="lab").order_by("-seq").values_list("at", flat=True).first()
    return last is not None and timezone.localdate(last) == timezone.localdate()


@transaction.atomic
def _mail(day: str) -> None:
    """Queue the day's email, once. It goes to the person with this address, who is added if there is none."""
    email = settings.LEDGER_HEADS_EMAIL
    to = Person.objects.known_at(email) or add_person(name=email.split("@")[0], email=email, by=SYSTEM)
    queue_ledger_heads(to, address=email, day=day, lines=heads.export(only_lab=True))


# ── Files without a row ───────────────────────────────────────────────────────────────────────────


FOLDER = "evidence"


def forget_unlisted(written_before: datetime.datetime, model: type[Model] = Evidence, folder: str = FOLDER) -> int:
    """Delete files below `folder` that no row refers to and that were written before `written_before`; returns how many.

    Withdrawn evidence still refers to its file, which stays on record (EL-12). Newer files may belong to an act in progress.
    """
    storage = model._meta.get_field("file").storage  # type: ignore[union-attr]
    forgotten = 0
    for inner, names in _folders(storage, folder):
        listed = set(model._default_manager.filter(file__startswith=f"{inner}/").values_list("file", flat=True))
        for path in {f"{inner}/{name}" for name in names} - listed:
            if storage.get_modified_time(path) < written_before:
                storage.delete(path)
                forgotten += 1
    return forgotten


def _folders(storage: Storage, folder: str) -> Iterator[tuple[str, list[str]]]:
    """Yield this folder and all folders below it, each with the names of its files."""
    if not storage.exists(folder):
        return
    below, names = storage.listdir(folder)
    if names:
        yield folder, names
    for name in below:
        yield from _folders(storage, f"{folder}/{name}")
