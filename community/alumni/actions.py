"""Acts on alumni: who joins, what they offer, and what others may see (EL-54, EL-82)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import Stale, refuse_if_stale
from community.alumni import mail
from community.choices import HelpTopic
from community.models import Alumnus, AlumnusPlace, Offer, OfferTopic
from community.models.alumni import MOST_TEAMS
from findings import refuse
from ledger.actions import append, lab_stream
from people.actions import chosen_or_new
from people.models import Person
from residencies.models import Residency
from residencies.models.states import State

PLACE = "alumni"


# ── Joining ──────────────────────────────────────────────────────────────────────────────────


@part
def join_alumni(residency: Residency, people: Iterable[tuple[Person, str]], on: datetime.date, *, by: Actor) -> list[Alumnus]:
    """Make everyone in `people` (with their role) an alum of the residency, each once; writes one event, and tells those who are new.

    Someone who opted out stays out of the directory. The caller holds the residency's lock.
    """
    roles = {person.pk: role for person, role in people}
    known = set(Alumnus.objects.filter(person__in=roles).values_list("person", flat=True))
    # By key, so that two residencies with the same people don't wait for each other in a circle; whoever is second changes nothing.
    new = [Alumnus(person_id=key, joined_on=on, checked_on=on) for key in sorted(set(roles) - known)]
    Alumnus.objects.bulk_create(new, ignore_conflicts=True)
    already = AlumnusPlace.objects.filter(residency=residency).values("alumnus")
    joined = list(Alumnus.objects.filter(person__in=roles).exclude(pk__in=already).select_related("person").order_by("pk"))
    AlumnusPlace.objects.bulk_create(
        AlumnusPlace(alumnus=alumnus, residency=residency, role=roles[alumnus.person_id]) for alumnus in joined
    )
    for alumnus in joined:
        if alumnus.person_id not in known:
            mail.welcome(alumnus, residency)
    if joined:
        names = sorted(alumnus.person.name for alumnus in joined)
        append(residency.stream, "alumni-joined", by=by, facts={"alumni": [alumnus.pk for alumnus in joined], "names": names})
    return joined


@act("community.add_alumnus", on=None)
def add_alumnus(residency: Residency, *, person: Person | None, role: str, by: Actor, name: str = "", email: str = "") -> Alumnus:
    """Add someone who graduated with a residency, for example before there was a portal; `name` and `email` are for a new person.

    Raises `Refused` (`not-graduated`, `alumnus-unnamed`, `alumnus-known`); nothing has changed then.
    """
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.GRADUATED:
        message = _("%(residency)s hasn’t graduated.") % {"residency": residency}
        raise refuse("not-graduated", message, _("Choose a residency that has graduated."), PLACE)
    person = chosen_or_new(person, name=name, email=email, by=by)
    if person is None:
        raise refuse("alumnus-unnamed", _("No one is chosen."), _("Choose a person, or enter their name."), PLACE)
    joined = join_alumni(residency, [(person, role)], residency.ended_on or timezone.localdate(), by=by)
    if not joined:
        message = _("%(name)s is already an alum of this residency.") % {"name": person.name}
        raise refuse("alumnus-known", message, _("Change what they offer on their page."), PLACE)
    return joined[0]


# ── Offers ───────────────────────────────────────────────────────────────────────────────────


@act("community.keep_alumnus")
def set_alumni_offer(
    alumnus: Alumnus, *, topics: Collection[str], text: str, teams_at_once: int, shown_revision: int, by: Actor
) -> Offer | None:
    """Record what an alum offers to other teams; without topics and text, the offer is withdrawn. Returns the offer, if there is one.

    `shown_revision` is 0 if there was no offer yet. Raises `Stale`, and `Refused` (`not-listed`, `offer-no-topic`, `offer-teams`).
    """
    current = _locked(alumnus)
    if not current.is_listed:
        raise refuse("not-listed", _("This person isn’t in the alumni directory."), _("List them again first."), PLACE)
    offer = save_offer(current.person, None, topics=topics, text=text, teams_at_once=teams_at_once, shown_revision=shown_revision, by=by)
    append(lab_stream(), "alumnus-offer-set", by=by, facts=_facts(current) | offer_facts(offer))
    return offer


@part
def save_offer(
    person: Person,
    residency: Residency | None,
    *,
    topics: Collection[str],
    text: str,
    teams_at_once: int,
    shown_revision: int,
    by: Actor,
) -> Offer | None:
    """Write or withdraw what a person offers. The caller holds the lock of what the offer hangs on, and writes the event."""
    current = Offer.objects.select_for_update().filter(person=person).first()
    text = text.strip()
    wanted = {"text": text, "teams_at_once": teams_at_once}
    if current and current.revision != shown_revision:
        before = ", ".join(current.topic_labels), ", ".join(labels(topics))
        raise Stale(current, {"text": (current.text, text)} | ({"topics": before} if before[0] != before[1] else {}))
    if not 0 <= teams_at_once <= MOST_TEAMS:
        message = _("A person can mentor at most %(most)d teams at once.") % {"most": MOST_TEAMS}
        raise refuse("offer-teams", message, _("Enter a number from 0 to %(most)d.") % {"most": MOST_TEAMS}, PLACE)
    if not topics and not text and not teams_at_once:
        if current:
            current.delete()
        return None
    if not topics:
        raise refuse("offer-no-topic", _("Choose at least one topic."), _("Teams find people by topic."), PLACE)
    offer = current or Offer(person=person, revision=0)
    for name, value in {**wanted, "residency": residency, "changed_at": timezone.now(), "changed_by": account_of(by)}.items():
        setattr(offer, name, value)
    offer.revision += 1
    offer.save()
    offer.topic_rows.exclude(topic__in=topics).delete()
    held = set(offer.topic_rows.values_list("topic", flat=True))
    OfferTopic.objects.bulk_create(OfferTopic(offer=offer, topic=topic) for topic in sorted(set(topics) - held))
    return offer


def labels(topics: Collection[str]) -> list[str]:
    """Return the labels of `topics` in the order of the choices."""
    return [str(topic.label) for topic in HelpTopic if topic.value in topics]


def offer_facts(offer: Offer | None) -> dict[str, Any]:
    """Return what the ledger says about an offer: no free text, because a person can have it deleted."""
    if offer is None:
        return {"topics": [], "teams_at_once": 0}
    return {"topics": sorted(offer.topic_rows.values_list("topic", flat=True)), "teams_at_once": offer.teams_at_once}


# ── Contact and listing ──────────────────────────────────────────────────────────────────────


@act("community.keep_alumnus")
def set_listing(alumnus: Alumnus, *, shows_email: bool, is_listed: bool, shown_revision: int, by: Actor) -> Alumnus:
    """Decide whether an alum is in the directory and whether teams see their email address.

    Opting out deletes what they offered. Teams they mentor now keep them until the mentoring ends. Raises `Stale`.
    """
    current = _locked(alumnus)
    refuse_if_stale(current, shown_revision, {"shows_email": shows_email})
    if current.is_listed == is_listed and current.shows_email == shows_email:
        return current
    current.shows_email = shows_email and is_listed
    if current.is_listed != is_listed:
        current.opted_out_at = None if is_listed else timezone.now()
    if not is_listed:
        Offer.objects.filter(person=current.person, residency=None).delete()
    current.revision += 1
    current.save(update_fields=["shows_email", "opted_out_at", "revision"])
    name = "alumnus-listed" if is_listed else "alumnus-opted-out"
    append(lab_stream(), name, by=by, facts=_facts(current) | {"shows_email": current.shows_email})
    return current


@act("community.keep_alumnus")
def confirm_details(alumnus: Alumnus, *, by: Actor) -> Alumnus:
    """Record that an alum's contact details and offers are right today. Confirming twice on one day does nothing."""
    current, today = _locked(alumnus), timezone.localdate()
    if current.checked_on == today:
        return current
    current.checked_on = today
    current.save(update_fields=["checked_on"])
    append(lab_stream(), "alumnus-confirmed", by=by, facts=_facts(current))
    return current


def _locked(alumnus: Alumnus) -> Alumnus:
    return Alumnus.objects.select_for_update(of=("self",)).select_related("person").get(pk=alumnus.pk)


def _facts(alumnus: Alumnus) -> dict[str, Any]:
    return {"alumnus": alumnus.pk, "person": alumnus.person_id, "name": alumnus.person.name}
