"""What is written to people about sprint reviews, by default (EL-51, EL-52, EL-63)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import Place, Text

SITE = "https://portal.example.org"
SPRINT = Place("sprint", _("the sprint"), _("Sprint 4"))
WHEN = Place("when", _("day and time of the review, Pacific"), _("Thursday, 12 March 2026, 2:00 p.m."), needed=True)
PLACE = Place("place", _("where the review is, or a meeting link"), "https://meet.example.org/trail-finder")
GOAL = Place("goal", _("the goal of the sprint"), _("People can find a trail near them"))
DAY = Place("day", _("the day of the review"), "12 March 2026")
CHECKS = Place(
    "list", _("what is missing, a line each, with what to do"), _("- The team has no product owner. Add the product owner."), needed=True
)
TEAM_PAGE = Place("page", _("the address of the team's page"), f"{SITE}/residencies/XL-2026-014/team/", needed=True)
LEADER_ROLE = Place("role", _("what they are to the team"), _("Executive director"))
EXPECTED = Place("expected", _("how long their training at the lab is"), _("3 hours"))

WHAT = Place("what", _("which review, and when; of several, how many"), _("Sprint 4 review on Thursday 12 March 2026, 2:00 p.m. Pacific"))
WHY = Place("why", _("the reason"), _("The team's sprint reviews are planned."))
LIST = Place("list", _("the reviews, a line each"), _("- Sprint 4: Thursday 12 March 2026, 2:00 p.m. Pacific."), needed=True)

TEXTS = (
    Text(
        "review-dates",
        _("Planned: {what}, {about}"),
        _(
            """Hello {name},

{why}

{list}

Each review comes as a calendar file with this email. If one moves or is cancelled, you get an email that updates your calendar.

Questions? Reply to this email.

{lab}"""
        ),
        (WHAT, WHY, LIST),
    ),
    Text(
        "review-changed",
        _("Moved: {what}, {about}"),
        _(
            """Hello {name},

{list}

The attached calendar file updates the entry in your calendar.

Questions? Reply to this email.

{lab}"""
        ),
        (WHAT, LIST),
        wording="moved",
        when=_("it moved"),
    ),
    Text(
        "review-changed",
        _("Cancelled: {what}, {about}"),
        _(
            """Hello {name},

This is cancelled:
{list}

Why: {why}

The attached calendar file takes it out of your calendar.

Questions? Reply to this email.

{lab}"""
        ),
        (WHAT, WHY, LIST),
        wording="cancelled",
        when=_("it was cancelled"),
    ),
    Text(
        "review-changed",
        _("Back on: {what}, {about}"),
        _(
            """Hello {name},

This review was cancelled and takes place after all:
{list}

The attached calendar file puts it back into your calendar.

Questions? Reply to this email.

{lab}"""
        ),
        (WHAT, LIST),
        wording="reinstated",
        when=_("it was reinstated"),
    ),
    Text(
        "review-reminder",
        _("Sprint review on {day}: {about}"),
        _(
            """Hello {name},

The team of {about} shows its work, and hopes to see you.

When: {when}
Where: {place}
{sprint}: {goal}

Can't you come? Say so here, or name who comes for you. You need no account:
{answer_link}

The link is for you alone. The file with this mail puts the review into your calendar.

{lab}"""
        ),
        (
            DAY,
            WHEN,
            PLACE,
            SPRINT,
            GOAL,
            Place("answer_link", _("their own link to say that they can't come"), f"{SITE}/r/their-own-link/", needed=True, minted=True),
        ),
        wording="champion",
        when=_("to a champion"),
    ),
    Text(
        "review-reminder",
        _("Sprint review on {day}: {about}"),
        _(
            """Hello {name},

The sprint review of {about} is near.

When: {when}
Where: {place}
{sprint}: {goal}

The file with this mail puts the review into your calendar.

{lab}"""
        ),
        (DAY, WHEN, PLACE, SPRINT, GOAL),
        wording="team",
        when=_("to the team"),
    ),
    Text(
        "checks-before-start",
        _("Before the team can start: {about}"),
        _(
            """Hello {name},

The team of {about} can't start yet. These role checks still have to be met:

{list}

Fix them on the team's page:
{page}

If you can't, reply to this email, and we'll find a way together.

{lab}"""
        ),
        (CHECKS, TEAM_PAGE),
    ),
    Text(
        "checks-before-live",
        _("Before the team can go live: {about}"),
        _(
            """Hello {name},

{about} can't go live yet. These role checks still have to be met:

{list}

It can take weeks to find the right person. Please begin now, on the team's page:
{page}

If you can't, reply to this email, and we'll find a way together.

{lab}"""
        ),
        (CHECKS, TEAM_PAGE),
    ),
    Text(
        "champion-missing",
        _("Champion missing reviews: {about}"),
        _(
            """{champion} ({role}) has missed {count} sprint reviews of {about} in a row.

Please ask them what keeps them away, and who could attend in their place.

Who came to the last six reviews:
{page}

{lab}"""
        ),
        (
            Place("champion", _("the champion's name"), "Dana Lee"),
            Place("role", _("the champion's role"), _("Executive director")),
            Place("count", _("how many reviews in a row were missed"), 2),
            Place("page", _("the address of the team's sprints"), f"{SITE}/residencies/XL-2026-014/sprints/", needed=True),
        ),
    ),
    Text(
        "leader-training",
        _("Your lab training: {about}"),
        _(
            """Hello {name},

You stand behind {about} ({role}). Every leader who does takes some training at the lab: for you it is {expected}. None of it is on record yet.

Answer this message and we will find a day. If you took it already, tell us when, and we put it on record.

{lab}"""
        ),
        (LEADER_ROLE, EXPECTED),
        wording="none",
        when=_("none is on record"),
    ),
    Text(
        "leader-training",
        _("Your lab training: {about}"),
        _(
            """Hello {name},

You stand behind {about} ({role}). Every leader who does takes some training at the lab: for you it is {expected}, and you have taken {taken} of it.

Answer this message and we will find a day for the rest. If you took it already, tell us when, and we put it on record.

{lab}"""
        ),
        (LEADER_ROLE, EXPECTED, Place("taken", _("how much of it they have taken"), _("1 hour"))),
        wording="some",
        when=_("a part is on record"),
    ),
    Text(
        "owner-agile-training",
        _("Agile training for you as product owner: {about}"),
        _(
            """Hello {name},

You are the product owner of {about} from {day}. A product owner learns to work the Agile way before the team starts. No such course is on record for you yet.

If you took one, put it on record here, with its certificate if you have it:
{link}

If not, answer this message and we will find a seat for you.

{lab}"""
        ),
        (
            Place("day", _("the day on which they begin"), "12 March 2026"),
            Place("link", _("the address where training is put on record"), f"{SITE}/residencies/XL-2026-014/training/", needed=True),
        ),
    ),
)
