"""Sprint reviews as calendars read them (EL-52): one entry per review, updated when it moves and withdrawn when it is cancelled."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from outbox.calendar_files import Attendee, CalendarFile, Entry, attendee_of, feed, invitation
from outbox.delivery.compose import recipe
from people.models import Person
from residencies.models import Membership
from teams.models import CalendarFeed, Champion, ReviewInvitation, Seat, Sprint
from teams.sprints.links import digest

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
    return CalendarFeed.objects.select_related("person").filter(sha256=digest(token), revoked_at=None).first()
