"""Mail about rating rounds, rapid responses, meetings, trips and comments (PB-12, PB-29, PB-30, PB-40, PB-48). No mail says how anyone rated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from partnerships.endings.mail import PAGE
from partnerships.models import PartnerRating, RatingRound
from people.actions import person_of
from people.lab import lab_staff_among
from people.models import Person

SITE = "https://portal.example.org"
ORGANIZATION = Place("organization", _("the partner they rate for"), "Prince Edward County", needed=True)
DUE = Place("due", _("the date the rating is due"), "14 December 2026", needed=True)
LINK = Place("rating_link", _("their own link to the ratings"), f"{SITE}/partner-ratings/their-own-link", needed=True, minted=True)

RATING_WANTED = MessageKind(
    "relationship-rating-wanted",
    _("Rate how a partnership works together"),
    (
        Template(
            _("Please rate by {due}: {about}"),
            _(
                """Hello {name},

How well do the partners of {about} work together? Please answer for {organization} by {due}. There are 17 statements to rate from 1 to 5, which takes about ten minutes. You don't need an account:
{rating_link}

Every partner gets the same statements. Nobody else, including the partnership office, sees your answers until all partners have rated or the round is closed.

Until then you can change them with the same link.

If someone else should answer, reply to this email with their name.

{lab}"""
            ),
        ),
    ),
    places=(ORGANIZATION, DUE, LINK),
)

RATING_DUE = MessageKind(
    "relationship-rating-due",
    _("A rating of a partnership isn’t given yet"),
    (
        Template(
            _("Your rating is due {due}: {about}"),
            _(
                """Hello {name},

The partners of {about} are rating how they work together. The rating for {organization} is due on {due}.

There are 17 statements to rate from 1 to 5. You don't need an account:
{rating_link}

Nobody else sees your answers until all partners have rated or the round is closed.

{lab}"""
            ),
            wording="ahead",
            when=_("up to the due date"),
        ),
        Template(
            _("Your rating was due {due}: {about}"),
            _(
                """Hello {name},

The partners of {about} are rating how they work together. The rating for {organization} was due on {due} and isn't in yet.

There are 17 statements to rate from 1 to 5. You don't need an account:
{rating_link}

Nobody else sees your answers until all partners have rated or the round is closed.

{lab}"""
            ),
            wording="late",
            when=_("after the due date"),
        ),
    ),
    places=(ORGANIZATION, DUE, LINK),
    optional=True,
)

OUTCOME = Place("outcome", _("whether every partner rated"), _("Every partner has rated."), needed=True)
RESULTS_SHOWN = MessageKind(
    "relationship-results",
    _("Results of a rating round"),
    (
        Template(
            _("Ratings are in: {about}"),
            _(
                """Hello {name},

The partners of {about} have rated how they work together. {outcome}

See where ratings differ, and what has changed since the last round. You don't need an account:
{rating_link}

Discuss the differences when you next meet.

{lab}"""
            ),
            wording="partner",
            when=_("to coordinators"),
            places=(LINK,),
        ),
        Template(
            _("Ratings are in: {about}"),
            _(
                """Hello {name},

The partners of {about} have rated how they work together. {outcome}

See where ratings differ, and what has changed since the last round:
{link}

{lab}"""
            ),
            wording="lead",
            when=_("to the partnership’s lead"),
            places=(Place("link", _("the page with the results"), f"{SITE}/partnerships/SP-2026-003/relationship/4/", needed=True),),
        ),
    ),
    places=(OUTCOME,),
)


def rating_params(rating: PartnerRating, person: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of the placeholders of a request, and the recipe of the link for this person."""
    params = {"organization": rating.partner.organization.name, "due": date_format(rating.round.due_on, "j F Y")}
    return params, link_for(rating, person)


def link_for(rating: PartnerRating, person: int) -> dict[str, Any]:
    return {"rating_link": ["partnerships.links.rating", {"rating": rating.pk, "person": person}]}


def rating_wanted(rating: PartnerRating) -> None:
    """Ask the coordinator of a partner for its rating."""
    person = rating.partner.coordinator
    if person is not None:
        params, mint = rating_params(rating, person.pk)
        queue(RATING_WANTED, to=person, about=rating.partnership.stream, key=f"rating:{rating.pk}", params=params, mint=mint)


def results_shown(rating_round: RatingRound, ratings: Iterable[PartnerRating]) -> None:
    """Tell the coordinators of today's partners in the round, and the lead or else lab operations, that there are results to read."""
    partnership, key, ratings = rating_round.partnership, f"round:{rating_round.pk}", list(ratings)
    if all(rating.given_on is None for rating in ratings):
        return
    missing = [rating.partner.organization.name for rating in ratings if rating.given_on is None]
    params = {"outcome": _now("Not rated: %(names)s.") % {"names": ", ".join(missing)} if missing else _now("Every partner has rated.")}
    people: set[int] = set()
    for rating in ratings:
        person = rating.partner.coordinator
        if rating.partner.left_on is None and person is not None and _is_reached(person) and person.pk not in people:
            people.add(person.pk)
            mint = link_for(rating, person.pk)
            queue(RESULTS_SHOWN, to=person, about=partnership.stream, key=key, params=params, wording="partner", mint=mint)
    link = {"link": address_of("rating-round", partnership.reference, rating_round.pk)}
    for account in lab_staff_among([partnership.lead]):
        person = person_of(account, by=SYSTEM)
        if person.pk not in people:
            queue(RESULTS_SHOWN, to=person, about=partnership.stream, key=key, params={**params, **link}, wording="lead")


def _is_reached(person: Person) -> bool:
    return bool(person.email or person.user_id)


# ── Rapid responses ───────────────────────────────────────────────────────────────────────────────


STILL_OPEN = MessageKind(
    "partnership-incident-open",
    _("A rapid response is still open"),
    (
        Template(
            _("Rapid response still open: {incident}"),
            _(
                """Hello {name},

The rapid response of {about} has been open since {day}: {incident}.

If it is over, deactivate it and add what was learned, so that the next one is faster. If clients are being served and the first one isn’t recorded yet, record that too:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("incident", _("what happened, and where"), "Flood, Picton", needed=True),
        Place("day", _("the date of the call"), "28 November 2026", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)


# ── Meetings ───────────────────────────────────────────────────────────────────────────────────────

MEETING_DUE = MessageKind(
    "partner-meeting-due",
    _("A meeting of the partners is due"),
    (
        Template(
            _("Meeting of the partners due by {day}: {about}"),
            _(
                """Hello {name},

The partners of {about} meet {rhythm}. The next meeting is due by {day}, and none is planned yet.

Agree on a date and plan it here:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("when the next meeting is due"), "28 November 2026", needed=True),
        Place("rhythm", _("how often they meet"), _("every 3 months")),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)

MEETING_AHEAD = MessageKind(
    "partner-meeting-ahead",
    _("A meeting of the partners is coming up"),
    (
        Template(
            _("Meeting of the partners on {day}: {about}"),
            _(
                """Hello {name},

The partners of {about} meet on {day}{place}.

Each partner will be asked whether it still shares the vision. To see what was decided at earlier meetings, go to:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the day and time of the meeting"), "28 November 2026, 10:00 am", needed=True),
        Place("place", _("where it is, if that is known"), ", town hall"),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)


# ── Trips to sites ─────────────────────────────────────────────────────────────────────────────────

TRIP_UNSIGNED = MessageKind(
    "trip-unsigned",
    _("A trip isn’t signed off the day before"),
    (
        Template(
            _("Trip on {day} isn’t signed off: {about}"),
            _(
                """Hello {name},

A trip to {site} starts on {day}, and you haven’t signed it off yet.

Read the checklist. If everything is ready, sign it off. If it isn’t, ask the traveller to complete it, or cancel the trip:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("site", _("where the trip goes"), "Library, Picton"),
        Place("day", _("when the trip starts"), "28 November 2026", needed=True),
        Place("link", _("the page of the trip"), "https://portal.example.org/partnerships/SP-2026-003/sites/7/trips/4/", needed=True),
    ),
    optional=True,
)


# ── Clients’ comments: nothing of a client or a comment is in their mail (PB-48) ──

FOLLOW_UP_OVERDUE = MessageKind(
    "comment-follow-up-overdue",
    _("Follow-ups of clients’ comments are overdue"),
    (
        Template(
            _("Overdue follow-ups: {about}"),
            _(
                """Hello {name},

Clients of {about} agreed to be contacted about their comments, and are waiting to hear from you. Overdue: {count}, the first since {day}.

Contact them, then record what you learned:
{link}

You'll get at most one reminder a day, until no follow-up is overdue.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("count", _("how many are overdue"), 2, needed=True),
        Place("day", _("when the first was due"), "14 December 2026"),
        Place(
            "link", _("the page with the comments"), "https://portal.example.org/partnerships/SP-2026-003/sites/7/comments/4/", needed=True
        ),
    ),
    optional=True,
    may_wait=True,
)
