"""Acts on savings: record, correct, remove, and set how much counts in which residency (EL-93, EL-98).

Rows never change: a correction is a new row that refers to the old one. An act locks every residency in which the saving counts, in
the order of their streams, so that a value report that is sealed meanwhile has all of the act or nothing of it.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append
from ledger.models import Stream
from ledger.subjects import Subject, lock, lock_all, with_subject
from metrics.choices import WHOLE
from metrics.models import Observation, ReuseLink, Saving, SavingPart, SavingRevision
from metrics.models.savings import reuse_known
from metrics.savings import rules
from metrics.savings.rules import PLACE, percent
from web.templatetags.portal import dollars
from web.uploads.storage import attach

FILE = ("file", "file_name", "content_type", "size_bytes", "sha256")
CONTENT = ("kind", "name", "low_cents", "likely_cents", "high_cents", "from_on", "to_on", "method")


@act("metrics.keep_savings")
def record_saving(
    subject: Subject, *, kind: str, name: str, from_on: datetime.date, to_on: datetime.date, method: str,
    low_cents: int | None = None, likely_cents: int | None = None, high_cents: int | None = None, is_reuse: bool = False,
    link: str = "", reading: Observation | None = None, file_name: str = "", content: bytes = b"", by: Actor,
) -> SavingRevision:  # fmt: skip
    """Record a saving, all of which counts in `subject` until parts of it are given to others.

    Raises `Refused`: `saving-amounts`, `saving-dates`, `saving-method`, `saving-source`, `saving-reading`, `unsafe-link`, what a
    file is refused for, `ended`. Nothing is written then.
    """
    subject = lock(subject.stream)
    revision = _revision(
        kind=kind, name=name, low_cents=low_cents, likely_cents=likely_cents, high_cents=high_cents, from_on=from_on, to_on=to_on,
        method=method, link=link.strip(), reading=reading, file_name=file_name, content=content,
    )  # fmt: skip
    _refuse_foreign(reading, subject.stream)
    revision.saving = Saving.objects.create(stream=subject.stream, is_reuse=is_reuse)
    revision.entered_by, revision.entered_at = account_of(by), timezone.now()
    revision.save(force_insert=True)
    entered = {"entered_by": revision.entered_by, "entered_at": revision.entered_at}
    SavingPart.objects.create(saving=revision.saving, stream=subject.stream, share=WHOLE, **entered)
    append(subject.stream, "saving-recorded", by=by, facts=_facts(revision))
    return revision


@act("metrics.keep_saving")
def correct_saving(
    revision: SavingRevision, *, reason: str, kind: str, name: str, from_on: datetime.date, to_on: datetime.date, method: str,
    low_cents: int | None = None, likely_cents: int | None = None, high_cents: int | None = None,
    link: str = "", reading: Observation | None = None, file_name: str = "", content: bytes = b"", by: Actor,
) -> SavingRevision:  # fmt: skip
    """Replace a saving's current revision; the earlier one stays on record. Without a source, its source stays.

    A correction that changes nothing does nothing. Raises `Refused`: `saving-corrected` if someone else did so first,
    `no-reason`, and what `record_saving` raises.
    """
    before = _current(revision)
    row = _revision(
        kind=kind, name=name, low_cents=low_cents, likely_cents=likely_cents, high_cents=high_cents, from_on=from_on, to_on=to_on,
        method=method, link=link.strip(), reading=reading, file_name=file_name, content=content, before=before,
    )  # fmt: skip
    if all(getattr(row, field) == getattr(before, field) for field in (*CONTENT, "link", "reading_id", "sha256")):
        return before
    _refuse_without_reason(reason, _("Say why you’re correcting the saving."))
    _refuse_foreign(reading, before.saving.stream)
    return _follow(row, before, reason, "saving-corrected", by)


@act("metrics.keep_saving")
def remove_saving(revision: SavingRevision, *, reason: str, by: Actor) -> SavingRevision:
    """Remove a saving that was recorded by mistake; it stays on record. Raises `Refused` (`saving-corrected`, `no-reason`, `ended`)."""
    before = _current(revision)
    _refuse_without_reason(reason, _("Say why you’re removing the saving."))
    values = {field: getattr(before, field) for field in (*CONTENT, *FILE, "link", "reading")}
    return _follow(SavingRevision(**values, removed=True), before, reason, "saving-removed", by)


@act("metrics.keep_saving")
def set_part(saving: Saving, to: Subject, *, share: int, reason: str = "", by: Actor) -> SavingPart:
    """Set how much of a reuse offset counts in the residency `to`, in hundredths of a percent; 0 takes its part back.

    The parts of a saving add up to 100% at most, which the database holds too (EL-98). Raises `Refused`: `saving-parts`,
    `saving-share`, `saving-not-shared`, `saving-corrected` if it was removed, `no-reason` to change a part, and `ended`.
    Raises PermissionDenied if the actor can't see `to`.
    """
    if not by.has_perm("metrics.view_metrics", to):
        raise PermissionDenied(_("You don't have permission to do this."))
    # Only these two: nothing changes in other residencies, and two that claim at once wait for each other at the first.
    current = _locked(saving, {saving.stream_id, to.stream_id})
    revision = current.revisions.current().get()
    if revision.removed:
        raise _changed()
    parts = current.parts.current().exclude(stream=to.stream_id)
    others = parts.aggregate(sum=Sum("share"))["sum"] or 0
    is_own = to.stream_id == current.stream_id
    if findings := list(rules.part_faults(share, others, is_reuse=current.is_reuse, is_own=is_own)):
        raise Refused(findings)
    before = current.parts.current().filter(stream=to.stream_id).first()
    if before is not None and before.share == share:
        return before
    facts = {"saving": current.pk, "name": revision.name, "to": to.reference, "share": percent(share)}
    if before is not None:
        _refuse_without_reason(reason, _("Say why the share changes."))
        SavingPart.objects.filter(pk=before.pk).update(is_current=False)
        facts |= {"before": percent(before.share), "reason": reason.strip()}
    part = SavingPart.objects.create(
        saving=current, stream=to.stream, share=share, corrects=before, reason=reason if before else "", entered_by=account_of(by)
    )
    append(current.stream, "saving-part-set", by=by, facts=facts)
    if not is_own:
        received = {"saving": current.pk, "name": revision.name, "giver": current.subject.reference, "share": percent(share)}
        append(to.stream, "saving-part-received", by=by, facts=received)
    return part


@act("metrics.keep_savings")
def record_reuse(subject: Subject, other: Subject, *, component: str, on: datetime.date, given: bool = False, by: Actor) -> ReuseLink:
    """Record that a subject took a component from another; with `given`, that it gave one (EL-94).

    Both have it in their history. Raises `Refused`: `reuse-own`, `reuse-component`, `reuse-known`, `ended`, or for a day to come.
    Raises PermissionDenied if the actor can't see `other`.
    """
    if not by.has_perm("metrics.view_metrics", other):
        raise PermissionDenied(_("You don't have permission to do this."))
    lock_all({subject.stream_id, other.stream_id})
    component = " ".join(component.split())
    if findings := list(rules.reuse_faults(component, on, timezone.localdate(), is_own=subject.stream_id == other.stream_id)):
        raise Refused(findings)
    giver, taker = (subject, other) if given else (other, subject)
    rows = ReuseLink.objects.current().filter(giver=giver.stream_id, taker=taker.stream_id, component__iexact=component)
    if rows.exists():
        raise Refused([reuse_known()])
    link = ReuseLink.objects.create(giver=giver.stream, taker=taker.stream, component=component, on=on, entered_by=account_of(by))
    facts = {"reuse": link.pk, "component": component, "giver": giver.reference, "taker": taker.reference, "on": on}
    append(taker.stream, "reuse-recorded", by=by, facts=facts)
    append(giver.stream, "reuse-noted", by=by, facts=facts)
    return link


@act("metrics.keep_reuse")
def remove_reuse(link: ReuseLink, *, by: Actor) -> ReuseLink:
    """Remove a reuse that was recorded by mistake; it stays on record and no longer counts. Raises `Refused` (`reuse-removed`, `ended`)."""
    lock_all({link.giver_id, link.taker_id})
    current = ReuseLink.objects.select_for_update(of=("self",)).select_related("giver", "taker").get(pk=link.pk)
    if current.removed_at is not None:
        raise refuse("reuse-removed", _("This reuse has already been removed."), _("You don’t need to do anything."), PLACE)
    current.removed_at = timezone.now()
    current.save(update_fields=["removed_at"])
    facts = {"reuse": current.pk, "component": current.component}
    append(current.taker, "reuse-removed", by=by, facts=facts)
    append(current.giver, "reuse-removed", by=by, facts=facts)
    return current


# ── Shared ───────────────────────────────────────────────────────────────────────────────────


def _locked(saving: Saving, streams: set[int]) -> Saving:
    """Lock the subjects of `streams`, then the saving."""
    lock_all(streams)
    return Saving.objects.select_for_update(of=("self",)).select_related(*with_subject("stream")).get(pk=saving.pk)


def _counted_in(saving: Saving) -> set[int]:
    return set(SavingPart.objects.filter(saving=saving).values_list("stream_id", flat=True))


def _current(revision: SavingRevision) -> SavingRevision:
    """Lock every residency in which the saving counts, and return its revision if it still counts."""
    streams = {revision.saving.stream_id, *_counted_in(revision.saving)}
    saving = _locked(revision.saving, streams)
    if not streams.issuperset(_counted_in(saving)):
        raise _changed()  # it was shared while this act waited, and the new residency isn't locked
    row = SavingRevision.objects.select_related("reading").get(pk=revision.pk)
    if not row.is_current or row.removed:
        raise _changed()
    row.saving = saving
    return row


def _changed() -> Refused:
    message = _("Someone has already corrected or removed this saving.")
    return refuse("saving-corrected", message, _("Reload the page to see it as it is now."), PLACE)


def _revision(
    *, link: str, reading: Observation | None, file_name: str, content: bytes, before: SavingRevision | None = None, **values: Any
) -> SavingRevision:
    """Return a revision that isn't saved yet. Raises `Refused` with everything that is wrong with it."""
    values |= {"name": " ".join(values["name"].split()), "method": values["method"].strip()}
    row = SavingRevision(**values, link=link, reading=reading)
    findings: list[Finding] = [
        *rules.amount_faults(row.kind, row.low_cents, row.likely_cents, row.high_cents),
        *rules.date_faults(row.from_on, row.to_on),
        *rules.method_faults(row.method),
    ]
    if before is not None and not (link or reading or file_name):
        row.link, row.reading = before.link, before.reading
        for field in FILE:
            setattr(row, field, getattr(before, field))
    else:
        findings += rules.source_faults(link, has_reading=reading is not None, has_file=bool(file_name))
    if findings:
        raise Refused(findings)
    if file_name:
        attach(row, content, file_name)
    return row


def _refuse_foreign(reading: Observation | None, stream: Stream) -> None:
    """Refuse a reading of another residency's metric, or one that was corrected."""
    if reading is not None and (not reading.is_current or reading.metric.stream_id != stream.pk):
        message = _("That reading isn’t on record for this residency.")
        raise Refused([blocking("saving-reading", message, _("Choose a current reading of one of its metrics."), PLACE)])


def _refuse_without_reason(reason: str, remedy: str) -> None:
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), remedy, PLACE)


def _follow(row: SavingRevision, before: SavingRevision, reason: str, event: str, by: Actor) -> SavingRevision:
    """Save `row` in the place of `before`, which no longer counts."""
    saving = before.saving
    SavingRevision.objects.filter(pk=before.pk).update(is_current=False)
    row.saving, row.corrects, row.reason, row.entered_by = saving, before, " ".join(reason.split()), account_of(by)
    row.entered_at = timezone.now()
    row.save(force_insert=True)
    append(saving.stream, event, by=by, facts=_facts(row) | {"before": _amount(before), "reason": row.reason})
    return row


def _amount(row: SavingRevision) -> str:
    """Return the amounts for the ledger: "$40,000 to $60,000, likely $50,000"."""
    if not row.is_money:
        return str(row.get_kind_display())
    params = {"low": dollars(row.low_cents), "likely": dollars(row.likely_cents), "high": dollars(row.high_cents)}
    return _("%(low)s to %(high)s, likely %(likely)s") % params


def _facts(row: SavingRevision) -> dict[str, Any]:
    facts = {"saving": row.saving_id, "name": row.name, "saving_kind": row.kind, "amount": _amount(row), "from_on": row.from_on}
    facts |= {"to_on": row.to_on, "method": row.method, "source": _source(row)}
    return facts | ({"is_reuse": True} if row.saving.is_reuse else {})


def _source(row: SavingRevision) -> str:
    """Return a source as the ledger records it: a file with its hash, so that it can't be replaced by another."""
    if row.sha256:
        return f"{row.file_name} (sha256 {row.sha256})"
    if row.reading is None:
        return row.link
    return _("Reading of “%(metric)s” on %(day)s") % {"metric": row.reading.metric, "day": row.reading.on}
