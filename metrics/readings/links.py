"""Links in reminders by which a metric's owner enters the reading that is due: issued as the mail leaves, known only by their hash (EL-91).

A reading can be due for a period, such as a quarter after graduation (EL-86). An app on a higher floor declares which in its
`followers.py`, where it is found: a function of a metric and the day its reading is due that returns the period, or None.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from acts.registry import Registry, RegistryKind
from ledger.subjects import with_subject
from metrics.models import Metric, Observation, ReadingLink
from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from people.identity import Presenter
from web.token_pages import digest, new_token

LASTS = datetime.timedelta(days=45)


# ── What a reading covers ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Period:
    """A period and its last day, which is the date of its reading."""

    label: str
    last_on: datetime.date


PeriodSource = Callable[[Metric, datetime.date], Period | None]
PERIODS: Registry[PeriodSource] = Registry(RegistryKind.READING_PERIOD)


def period_of(metric: Metric, due_on: datetime.date) -> Period | None:
    """Return the period for which a reading is due on a day; no query for a metric that isn't reported after the end."""
    if metric.after_end_until is None:
        return None
    periods = (source(metric, due_on) for source in PERIODS.all())
    return next((period for period in periods if period is not None), None)


# ── The link ─────────────────────────────────────────────────────────────────────────────────


@recipe("metrics.links.reading")
@transaction.atomic
def issue_reading_link(metric: int, person: int, due_on: str) -> str:
    """Return a new address by which a person enters a reading, for a mail that is leaving now.

    Raises `NoLongerHolds` if the reading is no longer due: the mail is withdrawn then.
    """
    row = Metric.objects.select_for_update(of=("self",)).select_related(*with_subject("stream")).get(pk=metric)
    if not row.takes_readings(timezone.localdate()):
        raise NoLongerHolds(_("The metric is no longer measured."))
    token = new_token()
    ReadingLink.objects.create(
        metric=row,
        person_id=person,
        due_on=parse_date(due_on) or timezone.localdate(),
        sha256=digest(token),
        expires_at=timezone.now() + LASTS,
    )
    return address_of("reading-by-link", token)


@dataclass(frozen=True)
class ReadingLinkHolder(Presenter):
    """Someone who came through the link in a reminder. It enters one reading of its metric, and corrects that one."""

    link: ReadingLink

    def __str__(self) -> str:
        return str(self.link.person)

    def may_record(self, metric: Metric) -> bool:
        """Return whether the link is on record, is for this metric, hasn't expired and wasn't used."""
        return self._on_record().filter(metric=metric.pk, observation=None).exists()

    def may_correct(self, observation: Observation) -> bool:
        """Return whether this reading was entered through the link, which hasn't expired."""
        return self._on_record().filter(observation=observation.pk).exists()

    def _on_record(self) -> QuerySet[ReadingLink]:
        return ReadingLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256, expires_at__gt=timezone.now())


def reading_link(token: str) -> ReadingLink | None:
    """Return the link with this token, whether it has expired or not."""
    rows = ReadingLink.objects.select_related("person", "observation", *with_subject("metric__stream"))
    link = rows.filter(sha256=digest(token)).first()
    if link is not None and link.observation is not None:
        link.observation.metric = link.metric
    return link
