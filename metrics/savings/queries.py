"""Reads of savings: those that count in a residency, as they are or as they were known at a moment, and one with its history."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import Subject, subject_of, subject_or_404, with_subject
from metrics.choices import WHOLE, SavingKind
from metrics.figures import figure
from metrics.models import Observation, ReuseLink, Saving, SavingPart, SavingRevision
from metrics.savings import rules
from metrics.savings.rules import Range, percent
from people.models import User
from web.templatetags.portal import day

LATEST_READINGS = 60


@dataclass(frozen=True)
class SavingRow:
    """A saving's revision and the part of it that counts in one residency, in hundredths of a percent."""

    revision: SavingRevision
    part: SavingPart

    @property
    def share(self) -> int:
        return int(self.part.share)

    @property
    def percent(self) -> str:
        return percent(self.share)

    @property
    def is_all(self) -> bool:
        return self.share == WHOLE

    @property
    def whole(self) -> Range:
        """Return the amounts for the whole period, before the saving is divided into parts; zero if it isn't money."""
        row = self.revision
        return Range(row.low_cents or 0, row.likely_cents or 0, row.high_cents or 0)

    @property
    def counted(self) -> Range:
        """Return this residency's part of the amounts, for the whole period."""
        return self.whole.part(self.share)

    @property
    def giver(self) -> Any:
        """Return the residency that recorded it."""
        return self.revision.saving.subject

    @property
    def is_own(self) -> bool:
        return bool(self.revision.saving.stream_id == self.part.stream_id)


def savings_of(stream_id: int, moment: datetime.datetime | None = None) -> list[SavingRow]:
    """Return the savings that count in a residency, as they are now or were known at a moment, oldest first. Two queries."""
    parts = SavingPart.objects.filter(stream=stream_id, share__gt=0)
    parts = parts.current() if moment is None else parts.known_at(moment)
    by_saving: dict[int, SavingPart] = {part.saving_id: part for part in parts}
    revisions = SavingRevision.objects.filter(saving__in=list(by_saving), removed=False)
    revisions = revisions.current() if moment is None else revisions.known_at(moment)
    related = ("reading__metric", "entered_by", *with_subject("saving__stream"))
    return [SavingRow(row, by_saving[row.saving_id]) for row in revisions.select_related(*related).order_by("saving")]


@dataclass(frozen=True)
class KindOfSaving:
    """The savings of one kind, with their total. There is no total of several kinds (EL-98)."""

    kind: SavingKind
    rows: Sequence[SavingRow]

    @property
    def total(self) -> Range:
        return rules.total([row.counted for row in self.rows])

    @property
    def is_money(self) -> bool:
        return self.kind != SavingKind.NOT_MONEY


def by_kind(rows: Sequence[SavingRow]) -> list[KindOfSaving]:
    """Group savings by kind, without the kinds that have none."""
    groups = [KindOfSaving(kind, [row for row in rows if row.revision.kind == kind]) for kind in SavingKind]
    return [group for group in groups if group.rows]


# ── One saving ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ShownPart:
    """A part of a saving as its page shows it; without a residency, those of others that the account can't see."""

    subject: Subject | None
    share: int

    @property
    def percent(self) -> str:
        return percent(self.share)


class SavingPage:
    """A saving as it is shown in `subject`, in which some of it counts or counted. Four queries with its parts and history."""

    def __init__(self, saving: Saving, subject: Subject) -> None:
        self.saving, self.subject = saving, subject

    @property
    def pk(self) -> int:
        return int(self.saving.pk)

    @cached_property
    def revisions(self) -> list[SavingRevision]:
        """Return all revisions, the newest first."""
        rows = self.saving.revisions.select_related("reading__metric", "entered_by", "corrects").order_by("-pk")
        return list(rows)

    @property
    def revision(self) -> SavingRevision:
        return self.revisions[0]

    @cached_property
    def part_rows(self) -> list[SavingPart]:
        rows = self.saving.parts.select_related("entered_by", "corrects", *with_subject("stream")).order_by("-pk")
        return list(rows)

    @property
    def row(self) -> SavingRow | None:
        """Return the part that counts in `subject`, or None if it has none now."""
        part = next((part for part in self.part_rows if part.is_current and part.share and part.stream_id == self.subject.stream_id), None)
        row = self.revision
        row.saving = self.saving
        return SavingRow(row, part) if part and not row.removed else None

    @property
    def left(self) -> str:
        """Return how much of it counts nowhere yet."""
        return percent(WHOLE - sum(part.share for part in self.part_rows if part.is_current))

    def parts_for(self, user: User) -> Iterator[ShownPart]:
        """Yield the current parts. Other residencies are named only if the account can see them, except the one that recorded it."""
        unseen = 0
        for part in (part for part in self.part_rows if part.is_current and part.share):
            subject = subject_of(part.stream)
            open_to_all = part.stream_id in (self.saving.stream_id, self.subject.stream_id)
            if open_to_all or user.has_perm("metrics.view_metrics", subject):
                yield ShownPart(subject, part.share)
            else:
                unseen += part.share
        if unseen:
            yield ShownPart(None, unseen)

    def part_changes_for(self, user: User) -> list[SavingPart]:
        """Return changes of parts after they were first set, the newest first, of residencies that the account can see."""
        rows = [part for part in self.part_rows if part.corrects_id]
        return [part for part in rows if user.has_perm("metrics.view_metrics", subject_of(part.stream))]


def saving_page_or_404(user: User, reference: str, saving: int) -> SavingPage:
    """Return a saving as it is shown in a residency in which it counts or counted. Raises `Http404` if `user` can't see that residency."""
    subject = subject_or_404(user, reference)
    rows = Saving.objects.filter(pk=saving, parts__stream=subject.stream_id).select_related(*with_subject("stream")).distinct()
    row = rows.first()
    if row is None:
        raise Http404(_("This saving doesn’t exist."))
    return SavingPage(row, subject)


def saving_or_404(user: User, reference: str, saving: int) -> Saving:
    """Return a saving that this residency recorded. Raises `Http404` if `user` can't see the residency."""
    subject = subject_or_404(user, reference)
    row = Saving.objects.filter(pk=saving, stream=subject.stream_id).first()
    if row is None:
        raise Http404(_("This saving doesn’t exist."))
    row.stream = subject.stream
    return row


def revision_or_404(user: User, reference: str, saving: int, revision: int) -> SavingRevision:
    """Return a revision of a saving that this residency recorded. Raises `Http404` if `user` can't see the residency."""
    parent = saving_or_404(user, reference, saving)
    row = parent.revisions.select_related("reading").filter(pk=revision).first()
    if row is None:
        raise Http404(_("This saving doesn’t exist."))
    row.saving = parent
    return row


@dataclass(frozen=True)
class SavingFile:
    """A revision's file, shown in a residency in which the saving counts."""

    revision: SavingRevision
    subject: Subject


def file_or_404(user: User, reference: str, saving: int, revision: int) -> SavingFile:
    page = saving_page_or_404(user, reference, saving)
    row = page.saving.revisions.filter(pk=revision).exclude(sha256="").first()
    if row is None:
        raise Http404(_("There is no file here."))
    return SavingFile(row, page.subject)


def readings_to_choose(stream: Stream) -> list[tuple[int, str]]:
    """Return the latest readings of a residency's metrics, to choose one as a source: key and label."""
    rows = Observation.objects.current().filter(metric__stream=stream).select_related("metric").order_by("-on", "-pk")
    return [(row.pk, f"{row.metric.name}, {day(row.on)}: {figure(row.value, row.metric.unit)}") for row in rows[:LATEST_READINGS]]


# ── Reuse ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ReusePage:
    """A reuse as it is seen from one of its two subjects."""

    link: ReuseLink
    subject: Subject

    @property
    def taker(self) -> Stream:
        return self.link.taker

    @property
    def giver(self) -> Stream:
        return self.link.giver

    @property
    def is_given(self) -> bool:
        return self.link.giver_id == self.subject.stream_id

    @property
    def other(self) -> Any:
        """Return the subject at the other end."""
        return subject_of(self.link.taker if self.is_given else self.link.giver)


def _reuse(stream_id: int) -> QuerySet[ReuseLink]:
    rows = ReuseLink.objects.current().filter(Q(giver=stream_id) | Q(taker=stream_id))
    return rows.select_related(*with_subject("giver"), *with_subject("taker"))


def reuse_of(subject: Subject) -> list[ReusePage]:
    """Return which components a subject took and gave, the newest first; one query."""
    return [ReusePage(link, subject) for link in _reuse(subject.stream_id)]


def reuse_or_404(user: User, reference: str, link: int) -> ReusePage:
    """Return a reuse of a subject's. Raises `Http404`."""
    subject = subject_or_404(user, reference)
    row = _reuse(subject.stream_id).filter(pk=link).first()
    if row is None:
        raise Http404(_("This reuse doesn’t exist."))
    return ReusePage(row, subject)
