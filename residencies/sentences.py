"""How the acts on a residency are told in its history."""

from django.utils.translation import gettext_lazy as _

from ledger import sentences
from people.models import Role
from residencies.figures import FIGURES
from residencies.models import Release
from residencies.phases import SIGNS, Phase
from residencies.referrals import Referral
from residencies.states import State

SENTENCES = {
    "intake-started": _("The intake was begun"),
    "submitted": _("The intake was sent to the lab"),
    "taken-up": _("The review began"),
    "more-asked": _("The lab asked for more"),
    "qualified": _("The lab qualified the intake"),
    "declined": _("The lab declined the intake"),
    "withdrawn": _("The residency was withdrawn"),
    "agreement-begun": _("The agreement was begun"),
    "started": _("The team moved in"),
    "live": _("The product went live; the clock to graduation started"),
    "graduated": _("The team graduated"),
    "pivoted": _("The partnership ended in a pivot"),
    "residency-edited": _("The residency's description was changed"),
    "assigned": _("The residency was assigned"),
    "member-added": _("%(name)s may keep the residency"),
    "member-ended": _("%(name)s no longer keeps the residency"),
    "pia-changed": _("The privacy impact assessment was updated"),
    "stra-changed": _("The security threat and risk assessment was updated"),
    "pia-corrected": _("The record of the privacy impact assessment was corrected"),
    "stra-corrected": _("The record of the security threat and risk assessment was corrected"),
    "graduation-plan-changed": _("The graduation plan was updated"),
    "released": _("A release was recorded"),
    "graduation-extended": _("The team was given more time to graduate"),
    "graduation-corrected": _("The day of graduation was corrected to an earlier one"),
    "conversation-opened": _("A conversation was opened"),
    "conversation-held": _("A conversation was held"),
    "conversation-corrected": _("The record of a conversation was corrected"),
    "phase-entered": _("The coaching phase changed"),
    "sign-ticked": _("A sign was ticked: %(sign)s"),
    "sign-unticked": _("A sign was taken back: %(sign)s"),
    "program-area-added": _("A program area was added"),
    "figure-corrected": _("A figure of the programme was corrected"),
    "figure-set": _("A figure of the programme was set"),
    "imported": _("The residency was imported"),
    "past-recorded": _("A past residency was put on record"),
    "person-added": _("A person was added"),
    "person-edited": _("A person's details were changed"),
    "roles-set": _("An account's roles were set"),
    "intake-saved": _("The intake was written on"),
    "case-saved": _("The case for a condition was written on"),
    "need-added": _("A need was listed"),
    "need-changed": _("A need was reworded"),
    "need-removed": _("A need was taken off the list"),
    "evidence-added": _("Evidence was added: %(title)s"),
    "evidence-withdrawn": _("Evidence was withdrawn: %(title)s"),
    "question-answered": _("A question of the lab was answered"),
    "finding-drafted": _("A finding on condition %(condition)s was drafted"),
    "repository-added": _("A place of the code was added: %(url)s"),
    "program-area-renamed": _("A program area was renamed"),
    "ministry-added": _("A ministry was added: %(name)s"),
    "ministry-corrected": _("A ministry's name was corrected"),
    "ministry-renamed": _("A ministry was renamed"),
    "ministry-retired": _("A ministry is no longer offered in forms"),
    "ministry-offered": _("A ministry is offered in forms again"),
    "account-created": _("An account was made for %(name)s"),
    "account-edited": _("An account was changed"),
    "account-linked": _("An account was linked to a person"),
    "message-resent": _("A message was put back in the queue"),
    "message-sent-again": _("A message was sent a second time"),
    "messages-resent": _("Messages that had failed were put back in the queue: %(count)s"),
    "schedule-set": _("The schedule of a reminder was changed: %(reminder)s"),
    "mail-wish-set": _("Somebody's wish about mail was noted"),
    "mail-links-ended": _("The links in earlier mail, by which somebody chooses their mail, were ended"),
    "message-cancelled": _("A message was withdrawn"),
    "text-worded": _("A text of messages was worded anew: %(id)s"),
    "text-to-default": _("A text of messages says again what it does by default: %(id)s"),
    "demo-loaded": _("The demo was loaded"),
    "checkpoint": _("The ledger's state was noted"),
}
FACTS = {
    "on": _("On"),
    "from": _("From"),
    "to": _("To"),
    "reason": _("Reason"),
    "due": _("Due"),
    "released_on": _("Released on"),
    "referred_to": _("Help instead"),
    "reintegrated_into": _("Taken in by"),
    "stage": _("Stage"),
    "note": _("Note"),
    "raised_by": _("Raised by"),
    "program_area": _("Program area"),
    "user": None,
    "need": None,
    "evidence": None,
    "message": None,
    "ministry": None,
    "review": None,
    "findings": None,
    "questions": None,
    "invented": None,
    "statement": _("Need"),
    "impediment": _("In the way"),
    "cause": _("Why"),
    "occasion": _("Occasion"),
    "schedule": _("When"),
    "default": _("As the portal came"),
    "valid_from": _("From"),
    "person": None,
    "conversation": None,
    "corrects": None,
    "heads": None,
}


def register() -> None:
    """Called once, when the app is ready."""
    figures = ((name, known.label) for name, known in FIGURES.items())
    signs = ((sign.code, sign.text) for sign in SIGNS)
    words = [*State.choices, *Phase.choices, *Referral.choices, *Release.Stage.choices, *Role.choices, *figures, *signs]
    sentences.register(sentences=SENTENCES, facts=FACTS, words=dict(words))
