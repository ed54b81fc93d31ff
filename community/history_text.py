"""How the acts about a team's place in the community are told in a history."""

from django.utils.translation import gettext_lazy as _

from community.choices import Discipline, Giving, HelpTopic, MentoringState, Mode, SessionState
from community.models.checklists import HABITS
from ledger import history_text
from oversight.checklists.history_text import tick_sentences

SENTENCES = {
    **tick_sentences(
        HABITS.events,
        done=_("%(by)s recorded a community habit: %(task)s"),
        undone=_("%(by)s unticked a community habit: %(task)s"),
    ),
    # of habits recorded before they became items of a checklist
    "habit-noted": _("%(by)s recorded a community habit: %(habit)s"),
    "habit-edited": _("%(by)s corrected a community habit"),
    "habit-undone": _("%(by)s unticked a community habit: %(habit)s"),
    "giving-noted": _("%(by)s logged a contribution by %(name)s: %(kind)s"),
    "giving-struck": _("%(by)s removed a contribution by %(name)s from the log: %(kind)s"),
    "expert-added": _("%(by)s added %(name)s as an expert in residence"),
    "expert-edited": _("%(by)s changed the expert entry for %(name)s"),
    "session-requested": _("%(by)s requested an expert: %(discipline)s"),
    "session-matched": _("%(by)s scheduled a session with %(name)s: %(discipline)s"),
    "session-corrected": _("%(by)s corrected the outcome of a session"),
    "session-held": _("%(by)s recorded that a session with an expert was held: %(discipline)s"),
    "session-called-off": _("%(by)s cancelled a session with an expert: %(discipline)s"),
    "colocation-set": _("%(by)s recorded how the team works together: %(mode)s"),
    "colocation-edited": _("%(by)s changed how the team works together"),
    "desks-counted": _("%(by)s set the number of desks at the lab: %(desks)s"),
    "desks-given": _("%(by)s assigned desks to the team: %(desks)s"),
    "desks-changed": _("%(by)s changed the team’s desks"),
    "desks-taken-back": _("%(by)s released desks: %(desks)s"),
    "alumni-joined": _("%(by)s added people to the alumni directory"),
    "alumnus-offer-set": _("%(by)s changed what %(name)s offers to other teams"),
    "alumnus-listed": _("%(by)s changed what the alumni directory shows about %(name)s"),
    "alumnus-opted-out": _("%(by)s removed %(name)s from the alumni directory at their request"),
    "alumnus-confirmed": _("%(by)s confirmed the details of %(name)s"),
    "benefit-owner-named": _("%(by)s named %(name)s as benefit owner"),
    "benefit-owner-withdrawn": _("%(by)s withdrew %(name)s as benefit owner"),
    "benefit-owner-accepted": _("%(name)s agreed to be the benefit owner"),
    "benefit-metric-chosen": _("%(by)s chose the metric that %(name)s reports"),
    "benefit-quarters-planned": _("%(by)s scheduled the quarters to report"),
    "benefit-report-removed": _("%(by)s removed the figure for %(quarter)s"),
    "benefit-reported": _("%(by)s reported the benefit for %(quarter)s"),
    "mentor-offered": _("%(by)s recorded what %(name)s offers to other teams"),
    "mentor-offer-withdrawn": _("%(by)s withdrew what %(name)s offered to other teams"),
    "mentor-requested": _("%(by)s asked for a mentor: %(topic)s"),
    "mentor-matched": _("%(by)s matched %(name)s as a mentor: %(topic)s"),
    "mentor-met": _("%(by)s recorded a meeting with the mentor: %(topic)s"),
    "mentor-meeting-removed": _("%(by)s removed a meeting with the mentor: %(topic)s"),
    "mentor-finished": _("%(by)s finished the mentoring: %(topic)s"),
    "mentor-cancelled": _("%(by)s cancelled the mentoring: %(topic)s"),
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
    "alumnus": None,
    "alumni": None,
    "topics": _("Topics"),
    "teams_at_once": _("Teams to mentor at once"),
    "shows_email": _("Teams see the email address"),
    "benefit_owner": None,
    "measure": _("Figure to report"),
    "quarter": None,
    "reading": None,
    "first_quarter": _("First quarter starts"),
    "last_quarter": _("Last quarter ends"),
    "mentoring": None,
    "meeting": None,
    "topic": _("Topic"),
    "met_on": _("Date"),
}

_habits = ((habit.code, habit.text) for habit in HABITS.items)
_words = [
    (HABITS.code, HABITS.title),
    *_habits,
    *Giving.choices,
    *Discipline.choices,
    *SessionState.choices,
    *Mode.choices,
    *HelpTopic.choices,
    *MentoringState.choices,
]
history_text.register(sentences=SENTENCES, facts=FACTS, words=dict(_words))
