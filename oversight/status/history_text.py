"""History sentences for acts on status reports and decisions."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from oversight.choices import Outcome

SENTENCES = {
    "reports-planned": _("%(by)s set how often status reports are due: %(cadence)s"),
    "report-drafted": _("%(by)s drafted status report %(report)s"),
    "report-edited": _("%(by)s edited the draft of status report %(report)s"),
    "report-facts-updated": _("%(by)s updated the facts in the draft of status report %(report)s"),
    "report-discarded": _("%(by)s discarded the draft of status report %(report)s"),
    "report-sent": _("%(by)s sent status report %(report)s to: %(bodies)s"),
    "reports-ended": _("%(by)s ended open status reports and decisions"),
    "report-question-asked": _("%(by)s asked %(name)s a question for status report %(report)s"),
    "report-question-withdrawn": _("%(by)s removed a question from the draft of status report %(report)s"),
    "report-question-answered": _("%(by)s answered a question for status report %(report)s"),
    "decision-added": _("%(by)s added a decision to the draft of status report %(report)s: %(decision)s"),
    "decision-removed": _("%(by)s removed a decision from the draft of status report %(report)s: %(decision)s"),
    "decision-answered": _("%(by)s recorded a decision by the %(body)s (%(outcome)s): %(decision)s"),
    "decision-corrected": _("%(by)s corrected the answer of the %(body)s to a decision (%(outcome)s): %(decision)s"),
}
FACTS = {
    "report": _("Report"),
    "cadence": _("How often"),
    "next_due_on": _("Next report due"),
    "bodies": _("Groups"),
    "health": None,
    "decisions": _("Decisions needed"),
    "decision": _("Decision needed"),
    "question": _("Question"),
    "outcome": _("Answer"),
}

history_text.register(
    sentences=SENTENCES,
    facts=FACTS,
    words=dict(Outcome.choices),
)
