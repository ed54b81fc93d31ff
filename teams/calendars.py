"""Sprint reviews as calendars read them (EL-52): one entry a review, which follows it when it moves and goes when it is called off.

RFC 5545 and 5546: the UID of a review never changes; SEQUENCE grows with every change that its people have to learn of.
Times are Pacific wall clock with the zone's own rules beside them, so that a review at 10 is at 10 on either side of a
change of the clocks.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Person
from residencies.models import Membership
from teams.models import Champion, Seat, Sprint
from teams.models.sprints import PACIFIC

MEDIA_TYPE = "text/calendar; charset=utf-8"
KEPT = datetime.timedelta(days=366)
MOST = 1_000


def file_of(sprints: list[int]) -> str:
    """The reviews with these keys as they are now, as the text of a calendar file."""
    return written(list(Sprint.objects.for_calendar().filter(pk__in=sprints)))


def written(sprints: Iterable[Sprint], *, name: str = "") -> str:
    """`sprints` as a calendar file: published, or withdrawn when every one of them is off."""
    sprints = list(sprints)
    off = bool(sprints) and all(sprint.is_called_off for sprint in sprints)
    return file_with([_event(sprint) for sprint in sprints], [sprint.review_on for sprint in sprints], off=off, name=name)


def file_with(events: Iterable[icalendar.Event], days: Iterable[datetime.date], *, off: bool = False, name: str = "") -> str:
    """`events` on these `days` as the text of a calendar file: published, or withdrawn when they are all `off`."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.LAB_NAME}//{settings.PRODUCT_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", datetime.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add_component(_pacific(days))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical().decode()


def _event(sprint: Sprint) -> icalendar.Event:
    residency = sprint.team.residency
    event = icalendar.Event()
    event.add("uid", uid(sprint))
    event.add("sequence", sprint.sequence)
    event.add("dtstamp", sprint.changed_at.astimezone(datetime.UTC))
    event.add("last-modified", sprint.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", sprint.starts_at)
    event.add("dtend", sprint.starts_at + datetime.timedelta(minutes=sprint.minutes))
    event.add("summary", _("Sprint review: %(product)s") % {"product": residency.product})
    event.add("description", _described(sprint))
    if sprint.place:
        event.add("location", sprint.place)
    event.add("url", settings.SITE_URL.rstrip("/") + sprint.get_absolute_url())
    event.add("organizer", f"mailto:{settings.LAB_EMAIL}")
    event.add("status", "CANCELLED" if sprint.is_called_off else "CONFIRMED")
    return event


def uid(sprint: Sprint) -> str:
    """What makes a calendar know the review again, whatever changes."""
    return f"sprint-review-{sprint.pk}@{settings.MESSAGE_ID_DOMAIN}"


def _described(sprint: Sprint) -> str:
    said = {"reference": sprint.team.residency.reference, "sprint": str(sprint), "goal": sprint.goal, "reason": sprint.called_off_reason}
    if sprint.is_called_off:
        return _("%(reference)s, %(sprint)s. Called off: %(reason)s") % said
    return (_("%(reference)s, %(sprint)s. Goal: %(goal)s") if sprint.goal else _("%(reference)s, %(sprint)s.")) % said


def _pacific(days: Iterable[datetime.date]) -> icalendar.Timezone:
    """The zone's rules for the years of these days."""
    years = [day.year for day in days] or [timezone.localdate().year]
    first, last = datetime.date(min(years) - 1, 1, 1), datetime.date(max(years) + 2, 1, 1)
    return icalendar.Timezone.from_tzinfo(PACIFIC, PACIFIC.key, first_date=first, last_date=last)


def reviews_of(person: Person, today: datetime.date) -> list[Sprint]:
    """The reviews of the last year and to come at which `person` is or was expected; three queries at most."""
    sprints = Sprint.objects.for_calendar().filter(_their_teams(person), review_on__gte=today - KEPT)
    return list(sprints.order_by("review_on", "pk")[:MOST])


def _their_teams(person: Person) -> models.Q:
    """On whose team or champion they were on the day of the review, or whose residency they keep or look after."""
    there = models.Q(to_on=None) | models.Q(to_on__gte=models.OuterRef("review_on"))
    spans = (
        model.filter(there, person=person, team=models.OuterRef("team"), from_on__lte=models.OuterRef("review_on"))
        for model in (Seat.objects.standing(), Champion.objects.all())
    )
    mine = models.Q()
    for span in spans:
        mine |= models.Q(models.Exists(span))
    if person.user_id:
        kept = Membership.objects.filter(user=person.user_id, to_at=None, residency=models.OuterRef("team__residency"))
        mine |= models.Q(models.Exists(kept)) | models.Q(team__residency__owner=person.user_id)
    return mine
