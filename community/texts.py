"""What is written to people about sessions with experts, by default (EL-48, EL-63)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.texts import Place, Text

DISCIPLINE = Place("discipline", _("what the session is about"), _("Privacy and security"))
QUESTION = Place("question", _("what the team asks"), _("May parcel numbers be published?"))
EXPERT = Place("expert", _("the expert's name"), "Yuki Penhallow")
WHEN = Place("when", _("day and time of the session, Pacific"), _("Monday 9 March 2026, 10:00 a.m. Pacific"), needed=True)
MINUTES = Place("minutes", _("how many minutes it takes"), "60")
WHERE = Place("where", _("where it is, or a meeting link"), "808 Douglas Street, room 2")
REASON = Place("reason", _("why it is called off"), _("The law was changed."))
LINK = Place(
    "link", _("the address of the session"), "https://portal.example.org/residencies/XL-2026-014/community/experts/3/", needed=True
)

TEXTS = (
    Text(
        "expert-session",
        _("Session with an expert: {about}"),
        _(
            """Hello {name},

{expert} meets the team of {about}.

When: {when}, {minutes} minutes
Where: {where}
About: {discipline}

What the team asks:
{question}

The file with this mail puts the session into your calendar. If the session moves, you get a new file.

If you can't come, answer this message. Those with an account see more here:
{link}

{lab}"""
        ),
        (EXPERT, WHEN, MINUTES, WHERE, DISCIPLINE, QUESTION, LINK),
    ),
    Text(
        "expert-session-off",
        _("Called off: a session with an expert, {about}"),
        _(
            """Hello {name},

The session with an expert for {about} is called off.

About: {discipline}
Why: {reason}

If it was in your calendar, the file with this mail takes it out. The team can ask for a new session at any time.

{lab}"""
        ),
        (DISCIPLINE, REASON),
        wording="all",
        when=_("for everybody"),
    ),
    Text(
        "expert-session-off",
        _("The session is not yours any more: {about}"),
        _(
            """Hello {name},

Somebody else meets the team of {about}. The session that was set with you is not yours any more. There is nothing to do.

About: {discipline}

The file with this mail takes it out of your calendar.

{lab}"""
        ),
        (DISCIPLINE,),
        wording="replaced",
        when=_("for an expert in whose place another comes"),
    ),
    Text(
        "expert-session-waiting",
        _("A team waits for an expert: {about}"),
        _(
            """Hello {name},

On {since} the team of {about} asked for an expert. Nobody is found yet.

About: {discipline}
What the team asks:
{question}

Find somebody here:
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

On {day} {expert} was to meet the team of {about}. Nobody has said what came of it.

About: {discipline}

Write it down in a sentence, or call the session off if it was not held:
{link}

{lab}"""
        ),
        (Place("day", _("the day of the session"), "3 March 2026"), EXPERT, DISCIPLINE, LINK),
    ),
)
