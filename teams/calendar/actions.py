"""A person's private calendar address: made, and ended (EL-52)."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from acts.act import Actor, act
from ledger.actions import append, lab_stream
from people.models import Person
from teams.models import CalendarFeed
from teams.sprints.links import TOKEN_BYTES, digest


@act("teams.keep_feed")
def make_feed(person: Person, *, by: Actor) -> str:
    """A new private address for `person`'s calendar, told once: only the SHA-256 of its token is kept. An older one ends."""
    # Two made at once would each end the older ones and leave two that work.
    Person.objects.select_for_update().get(pk=person.pk)
    CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.create(person=person, sha256=digest(token))
    append(lab_stream(), "calendar-address-made", by=by, facts={"person": person.pk, "name": person.name})
    return settings.SITE_URL.rstrip("/") + reverse("calendar-feed", args=[token])


@act("teams.keep_feed")
def revoke_feed(person: Person, *, by: Actor) -> bool:
    """End `person`'s calendar address: from now on it answers nobody. Whether there was one."""
    ended = CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        append(lab_stream(), "calendar-address-ended", by=by, facts={"person": person.pk, "name": person.name})
    return bool(ended)
