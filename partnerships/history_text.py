"""History sentences for acts on organizations, partnerships, case studies and the guidance."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from partnerships.choices import Choice, CriterionKind, IncidentKind, Leaf, PartnerRole, Place, Scenario, Stage, TravelMode
from partnerships.models import CaseConsent, Theme
from people.models import Organization

SENTENCES = {
    "organization-added": _("%(by)s added an organization: %(organization)s"),
    "organization-edited": _("%(by)s changed the organization “%(organization)s”"),
    "contact-added": _("%(by)s made %(name)s a contact at %(organization)s: %(role)s"),
    "contact-edited": _("%(by)s changed the contact %(name)s at %(organization)s"),
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
    "site-contacts-set": _("%(by)s named who to ask about the site “%(site)s”"),
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
    "service-edited": _("%(by)s changed who provides “%(service)s” at “%(site)s”"),
    "service-training-recorded": _("%(by)s recorded the training of %(organization)s for “%(service)s” at “%(site)s”"),
    "counter-opened": _("%(by)s started counting clients at “%(site)s”"),
    "taps-rolled-up": _("%(rows)s taps were deleted after 90 days; their counts by day stay"),
    "assessments-forgotten": _("%(rows)s quality assessments were deleted after two years"),
    "incident-opened": _("%(by)s opened a rapid response: %(incident)s"),
    "incident-edited": _("%(by)s changed the rapid response: %(incident)s"),
    "first-client-served": _("%(by)s recorded the first client served: %(incident)s"),
    "incident-ended": _("%(by)s deactivated the rapid response: %(incident)s"),
    "trip-planned": _("%(by)s planned a trip to “%(site)s”"),
    "trip-checked": _("%(by)s saved the checklist of a trip to “%(site)s”"),
    "trip-signed-off": _("%(by)s signed off a trip to “%(site)s”"),
    "trip-cancelled": _("%(by)s cancelled a trip to “%(site)s”"),
    "emergency-plan-recorded": _("%(by)s recorded the emergency plan of “%(site)s”"),
    "emergency-plan-changed": _("%(by)s changed the emergency plan of “%(site)s”"),
    "emergency-plan-tested": _("%(by)s recorded a test of the emergency plan of “%(site)s”: %(scenario)s"),
    "arrangement-added": _("%(by)s planned an arrangement: %(arrangement)s"),
    "arrangement-ended": _("%(by)s set the last day of an arrangement: %(arrangement)s"),
    "model-decided": _("%(by)s chose a model: %(leaf)s"),
    "criterion-added": _("%(by)s added a sunset criterion: %(criterion)s"),
    "criterion-removed": _("%(by)s removed a sunset criterion: %(criterion)s"),
    # What partners gave, and what clients wrote, is in no sentence.
    "round-opened": _("%(by)s asked the partners to rate how they work together"),
    "relationship-rated": _("%(by)s rated for %(organization)s"),
    "relationship-rerated": _("%(by)s changed the rating of %(organization)s"),
    "round-revealed": _("Every partner has rated, and the ratings are shown"),
    "round-closed": _("%(by)s closed a round of ratings"),
    "quality-assessed": _("%(by)s recorded a quality assessment at “%(site)s”"),
    "volume-set": _("%(by)s entered the volumes of “%(service)s” at “%(site)s”"),
    "volumes-imported": _("%(by)s imported volumes at “%(site)s”: %(rows)s rows"),
    "comment-recorded": _("%(by)s recorded a client’s comment at “%(site)s”"),
    "comment-followed-up": _("%(by)s followed up on a client’s comment at “%(site)s”"),
    "comments-forgotten": _("%(rows)s comments were erased after a year"),
    "pilot-planned": _("%(by)s made an arrangement a pilot of %(pilot_months)s months: %(arrangement)s"),
    "pilot-evaluated": _("%(by)s recorded findings: %(evaluation)s"),
    "pilot-reviewed": _("%(by)s added a review by %(organization)s: %(evaluation)s"),
    "rhythm-set": _("%(by)s set how often the partners meet, in months: %(every_months)s"),
    "meeting-planned": _("%(by)s planned a meeting of the partners: %(meeting_on)s"),
    "meeting-moved": _("%(by)s changed a meeting of the partners: %(meeting_on)s"),
    "meeting-held": _("%(by)s recorded a meeting of the partners: %(meeting_on)s"),
    "meeting-cancelled": _("%(by)s cancelled the meeting of the partners on %(meeting_on)s"),
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
    "rating_round": _("Round"),
    "missing": _("Missing"),
    "month": _("Month"),
    "services": _("Services delivered"),
    "clients": _("Clients served"),
    "contacts": _("Contacts"),
    "training_taken": _("Training"),
    "agents": _("Agents trained"),
    "every_months": _("Months between meetings"),
    "meet_by": _("Next meeting due"),
    "meeting_on": _("Meeting"),
    "vision_not_shared": _("Vision not shared by"),
    "pilot_months": _("Months of the pilot"),
    "evaluation": _("Evaluation"),
    "received_on": _("Received on"),
    "called_at": _("Call received"),
    "served_at": _("First client served"),
    "partners_called": _("Partners called"),
    "lessons": _("Lessons"),
    "trip_on": _("Leaving on"),
    "mode": _("Travel by"),
    "items_ticked": _("Items checked"),
    "scenario": _("Scenario"),
    "tested_on": _("Tested on"),
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
            *TravelMode.choices,
            *Scenario.choices,
        ]
    ),
)

# ── Case studies ───────────────────────────────────────────────────────────────────────────────────

CASES = {
    "case-added": _("%(by)s added the case study “%(title)s”"),
    "case-drafted": _("%(by)s drafted the case study “%(title)s” from this partnership"),
    "case-edited": _("%(by)s changed the case study “%(title)s”"),
    "case-figures-changed": _("%(by)s changed the figures of the case study “%(title)s”: %(figure)s"),
    "case-consent-asked": _("%(by)s asked %(organization)s to agree to the case study “%(title)s”"),
    "case-answered": _("%(by)s answered for %(organization)s about the case study “%(title)s”: %(answer)s"),
    "case-published": _("%(by)s published the case study “%(title)s”"),
    "started-like": _("%(by)s started this partnership like “%(source)s”"),
    "case-withdrawn": _("%(by)s withdrew the case study “%(title)s”"),
}
CASE_FACTS = {"found_by": _("Models, levels, communities and themes"), "figures": _("Figures taken")}

history_text.register(sentences=CASES, facts=CASE_FACTS, words=dict(CaseConsent.Answer.choices))

# ── Guidance ───────────────────────────────────────────────────────────────────────────────────────

GUIDANCE = {
    "guidance-loaded": _("The guidance for partnerships was loaded: %(count)s rows added, %(changed)s changed"),
    "model-edited": _("%(by)s changed the guidance on “%(model)s”"),
    "practice-added": _("%(by)s added practice %(code)s: %(practice)s"),
    "practice-edited": _("%(by)s changed practice %(code)s"),
    "resource-added": _("%(by)s added the tool “%(resource)s”"),
    "resource-edited": _("%(by)s changed the tool “%(resource)s”"),
    "resource-published": _("%(by)s published version %(version)s of “%(resource)s”"),
}

history_text.register(sentences=GUIDANCE, words=dict(Theme.choices))
