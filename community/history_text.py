"""How the acts about a team's place in the community are told in a history."""

from django.utils.translation import gettext_lazy as _

from community.choices import Discipline, Giving, Habit, Mode, SessionState
from ledger import history_text

SENTENCES = {
    "habit-noted": _("A community habit was recorded: %(habit)s"),
    "habit-edited": _("A community habit was corrected"),
    "habit-undone": _("A community habit was undone: %(habit)s"),
    "giving-noted": _("A contribution by %(name)s was logged: %(kind)s"),
    "giving-struck": _("A contribution by %(name)s was removed from the log: %(kind)s"),
    "expert-added": _("%(name)s became an expert in residence"),
    "expert-edited": _("The expert entry for %(name)s was changed"),
    "session-requested": _("An expert was requested: %(discipline)s"),
    "session-matched": _("A session with %(name)s was scheduled: %(discipline)s"),
    "session-corrected": _("The outcome of a session was corrected"),
    "session-held": _("A session with an expert was held: %(discipline)s"),
    "session-called-off": _("A session with an expert was cancelled: %(discipline)s"),
    "colocation-set": _("How the team works together was recorded: %(mode)s"),
    "colocation-edited": _("How the team works together was changed"),
    "desks-counted": _("The number of desks at the lab was set: %(desks)s"),
    "desks-given": _("Desks were assigned to the team: %(desks)s"),
    "desks-changed": _("The team’s desks were changed"),
    "desks-taken-back": _("Desks were released: %(desks)s"),
}
FACTS = {
    "habit_done": None,
    "done_on": _("Date"),
    "links": _("Links"),
    "contribution": None,
    "what": _("Description"),
    "expert": None,
    "disciplines": _("Disciplines"),
    "availability": _("Availability"),
    "session": None,
    "question": _("Question"),
    "outcome": _("Outcome"),
    "plan": _("Plan for the first weeks"),
    "allocation": None,
    "desks": _("Desks"),
    "where": _("Location of the desks"),
}

history_text.register(
    sentences=SENTENCES,
    facts=FACTS,
    words=dict([*Habit.choices, *Giving.choices, *Discipline.choices, *SessionState.choices, *Mode.choices]),
)
