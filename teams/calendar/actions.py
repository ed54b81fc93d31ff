"""A person's private calendar address: made, and ended (EL-52)."""

from __future__ import annotations

from django.utils import timezone

from acts.act import Actor, act
from ledger.actions import append, lab_stream
from outbox.catalogue.messages import address_of
from people.models import Person
from teams.models import CalendarFeed
from web.token_pages import digest, new_token


@act("teams.keep_feed")
def make_feed(person: Person, *, by: Actor) -> str:
    """A new private address for `person`'s calendar, told once: only the SHA-256 of its token is kept. An older one ends."""
    # Two made at once would each end the older ones and leave two that work.
    Person.objects.select_for_update().get(pk=person.pk)
    CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    token = new_token()
    CalendarFeed.objects.create(person=person, sha256=digest(token))
    append(lab_stream(), "calendar-address-made", by=by, facts={"person": person.pk, "name": person.name})
    return address_of("calendar-feed", token)


@act("teams.keep_feed")
def revoke_feed(person: Person, *, by: Actor) -> bool:
    """End `person`'s calendar address: from now on it answers nobody. Whether there was one."""
    ended = CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        append(lab_stream(), "calendar-address-ended", by=by, facts={"person": person.pk, "name": person.name})
    return bool(ended)
