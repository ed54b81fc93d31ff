"""History sentences for acts on organizations and partnerships."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from partnerships.choices import Choice, CriterionKind, IncidentKind, Leaf, PartnerRole, Place, Stage
from people.models import Organization

SENTENCES = {
    "organization-added": _("%(by)s added an organization: %(organization)s"),
    "organization-edited": _("%(by)s changed the organization “%(organization)s”"),
    "contact-added": _("%(by)s made %(name)s a contact at %(organization)s: %(role)s"),
    "contact-ended": _("%(by)s ended %(name)s’s time as a contact at %(organization)s"),
    "partnership-started": _("%(by)s started the partnership “%(name)s”"),
    "partnership-edited": _("%(by)s changed the partnership"),
    "partner-added": _("%(by)s added a partner: %(organization)s"),
    "coordinator-set": _("%(by)s changed the coordinator for %(organization)s"),
    "partner-left": _("%(by)s recorded that %(organization)s left the partnership"),
    "purpose-confirmed": _("%(by)s confirmed the purpose for %(organization)s"),
    "feasibility-started": _("%(by)s started the feasibility study"),
    "agreeing-started": _("%(by)s started work on the agreement"),
    "preparing-started": _("%(by)s started preparing the service"),
    "operating-started": _("%(by)s recorded that the partnership is operating"),
    "partnership-ended": _("%(by)s ended the partnership"),
    "not-pursued": _("%(by)s closed the partnership as not pursued"),
    "site-added": _("%(by)s added a site: %(site)s"),
    "site-edited": _("%(by)s changed the site “%(site)s”"),
    "site-chosen": _("%(by)s chose the site “%(site)s”"),
    "site-not-chosen": _("%(by)s decided against the site “%(site)s”"),
    "site-refitted": _("%(by)s recorded a change at the site “%(site)s”: %(note)s"),
    "safety-assessed": _("%(by)s recorded a safety assessment of “%(site)s”: %(outcome)s"),
    "calendar-added": _("%(by)s entered opening hours: %(calendar)s"),
    "calendar-edited": _("%(by)s changed opening hours: %(calendar)s"),
    "closure-added": _("%(by)s added a closure at “%(site)s”: %(reason)s"),
    "closure-removed": _("%(by)s removed a closure at “%(site)s”: %(reason)s"),
    "waits-imported": _("%(by)s imported waits at “%(site)s”: %(rows)s clients"),
    "tickets-forgotten": _("%(rows)s queue tickets were deleted after 400 days"),
    "standard-set": _("%(by)s set the standard for “%(service)s” at “%(site)s”: %(minutes)s minutes"),
    "service-added": _("%(by)s added a service at “%(site)s”: %(service)s"),
    "counter-opened": _("%(by)s started counting clients at “%(site)s”"),
    "taps-rolled-up": _("%(rows)s taps were counted by day and deleted after 90 days"),
    "incident-opened": _("%(by)s opened a rapid response: %(incident)s"),
    "incident-edited": _("%(by)s changed the rapid response: %(incident)s"),
    "first-client-served": _("%(by)s recorded the first client served: %(incident)s"),
    "incident-ended": _("%(by)s deactivated the rapid response: %(incident)s"),
    "arrangement-added": _("%(by)s planned an arrangement: %(arrangement)s"),
    "arrangement-ended": _("%(by)s set the last day of an arrangement: %(arrangement)s"),
    "model-decided": _("%(by)s chose a model: %(leaf)s"),
    "criterion-added": _("%(by)s added a sunset criterion: %(criterion)s"),
    "criterion-removed": _("%(by)s removed a sunset criterion: %(criterion)s"),
    "decision-due": _("A decision is due: %(occasion)s"),
    "decided": _("%(by)s recorded a decision: %(choice)s"),
}
FACTS = {
    "government": _("Level of government"),
    "lead": _("Partnership lead"),
    "joined_on": _("Joined on"),
    "left_on": _("Left on"),
    "partner_role": _("Role in the partnership"),
    "coordinator": _("Coordinator"),
    "leaf": _("Model"),
    "first_place": _("First in the ranking"),
    "rules_version": _("Version of the rules"),
    "assessed_on": _("Assessed on"),
    "criterion_kind": _("Kind"),
    "met_on": _("Met on"),
    "choice": _("Decision"),
    "occasion": _("Occasion"),
    "review_on": _("Next review"),
    "counted_on": _("Day"),
    "called_at": _("Call received"),
    "served_at": _("First client served"),
    "partners_called": _("Partners called"),
    "lessons": _("Lessons"),
}

history_text.register(
    sentences=SENTENCES,
    facts=FACTS,
    words=dict(
        [
            *Organization.Level.choices,
            *Stage.choices,
            *PartnerRole.choices,
            *Leaf.choices,
            *Place.choices,
            *Choice.choices,
            *CriterionKind.choices,
            *IncidentKind.choices,
        ]
    ),
)
