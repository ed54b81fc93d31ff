"""Sprint reviews and all other dates as calendars read them (EL-52): an entry each, updated when it moves, withdrawn when it is cancelled."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from outbox.calendar_files import Attendee, CalendarFile, Entry, attendee_of, feed, invitation
from outbox.delivery.compose import recipe
from people import todo as people_todo
from people.models import Person
from residencies.models import Membership
from teams.models import CalendarFeed, Champion, ReviewInvitation, Seat, Sprint
from web.token_pages import digest

KEPT = datetime.timedelta(days=366)
MOST = 1_000


@recipe("teams.calendars.file_of")
def file_of(sprints: list[int], person: int | None = None) -> list[CalendarFile]:
    """The reviews with these keys as they are when a mail to `person` leaves, a file each.

    Records that the person has these entries: whatever optional mail they stop later, they hear of a cancellation.
    Mail that an earlier release queued names no person, and then carries one published file.
    """
    reviews = list(Sprint.objects.for_calendar().filter(pk__in=sprints).order_by("review_on", "pk"))
    recipient = Person.objects.filter(pk=person).first() if person else None
    if recipient is None:
        return [feed(map(entry, reviews), name=str(settings.LAB_NAME))]
    ReviewInvitation.objects.bulk_create([ReviewInvitation(sprint=review, person=recipient) for review in reviews], ignore_conflicts=True)
    return [invitation(entry(review), attendee_of(recipient), has_account=recipient.user_id is not None) for review in reviews]


def file_for(sprint: Sprint, attendee: Attendee, *, has_account: bool) -> CalendarFile:
    """One review for somebody who downloads it."""
    return invitation(entry(sprint), attendee, has_account=has_account)


def feed_of(sprints: Iterable[Sprint], *, name: str) -> CalendarFile:
    """`sprints` for a subscribed calendar."""
    return feed(map(entry, sprints), name=name)


def entry(sprint: Sprint) -> Entry:
    """A review as a calendar shows it."""
    return Entry(
        uid=uid(sprint),
        sequence=sprint.sequence,
        changed_at=sprint.changed_at,
        starts_at=sprint.starts_at,
        minutes=sprint.minutes,
        summary=_("Sprint review: %(product)s") % {"product": sprint.team.subject.name},
        description=_described(sprint),
        place=sprint.place,
        page=settings.SITE_URL.rstrip("/") + sprint.get_absolute_url(),
        is_cancelled=sprint.is_called_off,
    )


def dates_of(dates: Iterable[people_todo.Entry], today: datetime.date, *, name: str) -> CalendarFile:
    """`dates` of the lab's calendar for a subscribed calendar, or to download."""
    now = timezone.now()
    return feed((_dated(date, today, now) for date in dates), name=name)


def _dated(date: people_todo.Entry, today: datetime.date, now: datetime.datetime) -> Entry:
    return Entry(
        uid=f"{date.key}@{settings.MESSAGE_ID_DOMAIN}",
        sequence=date.sequence,
        changed_at=date.changed_at or now,
        starts_at=date.starts_at,
        minutes=date.minutes,
        summary=_("%(title)s, %(product)s") % {"title": date.title, "product": date.about.name} if date.about.name else date.title,
        description="\n".join(filter(None, _description_of(date, today))),
        place=date.place,
        page=settings.SITE_URL.rstrip("/") + date.url,
        is_cancelled=date.state == people_todo.DateState.CANCELLED,
        is_whole_day=date.at is None,
    )


def _description_of(date: people_todo.Entry, today: datetime.date) -> Iterator[str]:
    """Its kind and reference, when by the clock on the wall, whose it is, and what became of it, a line each."""
    yield ", ".join(filter(None, (str(people_todo.DateKind(date.kind).label), date.about.reference)))
    if date.at:
        yield _("%(day)s, %(time)s Pacific") % {"day": date_format(date.on, "l j F Y"), "time": time_format(date.at)}
    if date.owner_name:
        yield _("Lab lead: %(name)s") % {"name": date.owner_name}
    if date.is_late(today):
        yield _("Late")
    elif not date.is_open:
        yield str(people_todo.DateState(date.state).label)


def uid(sprint: Sprint) -> str:
    """What makes a calendar know the review again, whatever changes."""
    return f"sprint-review-{sprint.pk}@{settings.MESSAGE_ID_DOMAIN}"


def _described(sprint: Sprint) -> str:
    """What it is about, and when by the clock on the wall: programs with old zone data show the instant an hour off."""
    facts = {
        "reference": sprint.team.subject.reference,
        "sprint": str(sprint),
        "when": sprint.when,
        "goal": sprint.goal,
        "reason": sprint.called_off_reason,
    }
    if sprint.is_called_off:
        return _("%(reference)s, %(sprint)s, %(when)s. Cancelled: %(reason)s") % facts
    if sprint.goal:
        return _("%(reference)s, %(sprint)s, %(when)s. Goal: %(goal)s") % facts
    return _("%(reference)s, %(sprint)s, %(when)s.") % facts


def reviews_of(person: Person, today: datetime.date) -> list[Sprint]:
    """The reviews of the last year and to come at which `person` is or was expected; three queries at most."""
    sprints = Sprint.objects.for_calendar().filter(_their_teams(person), review_on__gte=today - KEPT)
    return list(sprints.order_by("review_on", "pk")[:MOST])


def _their_teams(person: Person) -> models.Q:
    """On whose team or champion they were on the day of the review, or whose residency they keep or look after."""
    not_ended = models.Q(to_on=None) | models.Q(to_on__gte=models.OuterRef("review_on"))
    spans = (
        model.filter(not_ended, person=person, team=models.OuterRef("team"), from_on__lte=models.OuterRef("review_on"))
        for model in (Seat.objects.current(), Champion.objects.all())
    )
    mine = models.Q()
    for span in spans:
        mine |= models.Q(models.Exists(span))
    if person.user_id:
        kept = Membership.objects.filter(user=person.user_id, to_at=None, residency=models.OuterRef("team__stream__residency"))
        mine |= models.Q(models.Exists(kept)) | models.Q(team__stream__residency__owner=person.user_id)
    return mine


def feed_at(token: str) -> CalendarFeed | None:
    """The calendar address with this token, while it is not ended."""
    return CalendarFeed.objects.select_related("person__user").filter(sha256=digest(token), revoked_at=None).first()
