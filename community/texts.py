"""What is written to people about sessions with experts, by default (EL-48, EL-63)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import Place, Text

DISCIPLINE = Place("discipline", _("what the session is about"), _("Privacy and security"))
QUESTION = Place("question", _("what the team asks"), _("May parcel numbers be published?"))
EXPERT = Place("expert", _("the expert's name"), "Yuki Penhallow")
WHEN = Place("when", _("day and time of the session, Pacific"), _("Monday 9 March 2026, 10:00 a.m. Pacific"), needed=True)
MINUTES = Place("minutes", _("how many minutes it takes"), "60")
WHERE = Place("where", _("where it is, or a meeting link"), "808 Douglas Street, room 2")
REASON = Place("reason", _("why it is cancelled"), _("The law was changed."))
LINK = Place(
    "link", _("the address of the session"), "https://portal.example.org/residencies/XL-2026-014/community/experts/3/", needed=True
)

THEIR_LINK = Place(
    "link",
    _("the address of the session, for people with an account; empty for others"),
    "https://portal.example.org/residencies/XL-2026-014/community/experts/3/",
)

TEXTS = (
    Text(
        "expert-session",
        _("Planned: session with an expert on {when}, {about}"),
        _(
            """Hello {name},

{expert} meets the team of {about}.

When: {when}, {minutes} minutes
Where: {where}
About: {discipline}

What the team asks:
{question}

The attached calendar file puts the session into your calendar. If it moves or is cancelled, you get an email that updates your calendar.

If you can't come, reply to this email.

{link}

{lab}"""
        ),
        (EXPERT, WHEN, MINUTES, WHERE, DISCIPLINE, QUESTION, THEIR_LINK),
        when=_("it is planned"),
    ),
    Text(
        "expert-session",
        _("Moved: session with an expert, from {before} to {when}, {about}"),
        _(
            """Hello {name},

The session of {expert} with the team of {about} has moved.

Before: {before}
Now: {when}, {minutes} minutes
Where: {where}
About: {discipline}

What the team asks:
{question}

The attached calendar file updates the entry in your calendar.

If you can't come, reply to this email.

{link}

{lab}"""
        ),
        (
            EXPERT,
            Place("before", _("when it was before"), _("Friday 6 March 2026, 2:00 p.m. Pacific")),
            WHEN,
            MINUTES,
            WHERE,
            DISCIPLINE,
            QUESTION,
            THEIR_LINK,
        ),
        wording="moved",
        when=_("it has moved"),
    ),
    Text(
        "expert-session-off",
        _("Cancelled: session with an expert, {about}"),
        _(
            """Hello {name},

The session with an expert for {about} is cancelled.

When it was planned: {when}
About: {discipline}
Why: {reason}

If it is in your calendar, the attached calendar file takes it out. The team can ask for a new session at any time.

{lab}"""
        ),
        (
            Place("when", _("day and time of the session, Pacific, if it had one"), _("Monday 9 March 2026, 10:00 a.m. Pacific")),
            DISCIPLINE,
            REASON,
        ),
        wording="all",
        when=_("for everyone"),
    ),
    Text(
        "expert-session-off",
        _("Another expert takes the session: {about}"),
        _(
            """Hello {name},

Another expert will meet the team of {about}. The session planned with you is no longer yours. You don't need to do anything.

About: {discipline}

The attached calendar file takes it out of your calendar.

{lab}"""
        ),
        (DISCIPLINE,),
        wording="replaced",
        when=_("for an expert who is replaced"),
    ),
    Text(
        "expert-session-waiting",
        _("A team waits for an expert: {about}"),
        _(
            """Hello {name},

On {since} the team of {about} asked for an expert. No expert is assigned yet.

About: {discipline}
What the team asks:
{question}

Find an expert here:
{link}

If the lab can't help, call the session off and say why. The team hears of it too.

{lab}"""
        ),
        (Place("since", _("the day the team asked"), "3 March 2026"), DISCIPLINE, QUESTION, LINK),
    ),
    Text(
        "expert-session-outcome",
        _("What came of the session? {about}"),
        _(
            """Hello {name},

On {day} {expert} was to meet the team of {about}. The outcome isn't recorded yet.

About: {discipline}

Write it down in a sentence, or call the session off if it was not held:
{link}

{lab}"""
        ),
        (Place("day", _("the day of the session"), "3 March 2026"), EXPERT, DISCIPLINE, LINK),
    ),
)
