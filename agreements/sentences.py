"""How the acts on an agreement are told in a history."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Amendment, Stance, State, TemplateVersion
from ledger import sentences

SENTENCES = {
    "agreement-prepared": _("The agreement %(agreement)s was made"),
    "agreement-header-edited": _("The head of the agreement was changed"),
    "agreement-conditions-set": _("The unique conditions were written"),
    "agreement-party-set": _("Who signs as %(role)s was set"),
    "agreement-circulated": _("Version %(version)s of %(agreement)s was sent out for signing"),
    "agreement-in-force": _("Version %(version)s of %(agreement)s is in force: everybody has signed"),
    "agreement-voided": _("The agreement %(agreement)s was made void"),
    "amendment-proposed": _("A change was proposed: %(place)s"),
    "amendment-withdrawn": _("A proposed change was taken back: %(place)s"),
    "amendment-rejected": _("A proposed change was rejected: %(place)s"),
    "amendment-accepted": _("A proposed change was accepted: %(place)s"),
    "amendment-overtaken": _("A proposed change was overtaken by another: %(place)s"),
    "agreement-sealed": _("Version %(version)s of %(agreement)s was sealed"),
    "seal-waits": _("The seal of version %(version)s of %(agreement)s waits: lab operations were asked"),
    "seal-without-timestamp": _("Version %(version)s of %(agreement)s is to be sealed without a time stamp"),
    "seal-printed-again": _("Version %(version)s of %(agreement)s is to be printed anew for its seal"),
    "invitation-opened": _("The invitation to %(agreement)s was opened"),
    "invitation-revoked": _("The invitation of %(party)s was ended"),
    "signing-link-sent-again": _("A new link was sent to %(to)s"),
    "signing-link-asked": _("A new link to %(agreement)s was asked for"),
    "sections-read": _("Sections of %(agreement)s were read: %(sections)s"),
    "signing-order-set": _("Who signs when was set"),
    "signing-code-asked": _("A one-time code was sent to %(to)s"),
    "signing-code-entered": _("A one-time code was typed and was right"),
    "signing-code-wrong": _("A wrong code was typed"),
    "stance-taken": _("Clause %(clause)s of %(agreement)s was found %(stance)s"),
    "commented": _("Something was said about %(clause)s of %(agreement)s"),
    "asked": _("A question was asked about %(clause)s of %(agreement)s"),
    "thread-resolved": _("The talk about %(clause)s of %(agreement)s was settled"),
    "thread-reopened": _("The talk about %(clause)s of %(agreement)s was taken up again"),
    "discussion-seen": _("What was said about %(agreement)s was seen"),
    "declined-to-sign": _("%(name)s declined to sign %(agreement)s as %(role)s"),
    "hand-over-proposed": _("%(from)s asked that %(to)s signs as %(role)s"),
    "hand-over-confirmed": _("%(to)s signs as %(role)s in place of %(from)s"),
    "hand-over-refused": _("%(from)s stays the one to sign as %(role)s: handing over to %(to)s was refused"),
    "party-replaced": _("%(to)s was named as %(role)s while the agreement was out for signing"),
    "wrong-person-said": _("Somebody said that the link of %(party)s reached the wrong person"),
    "wrong-person-settled": _("Lab operations looked at a link that had reached the wrong person"),
    "signed": _("%(agreement)s was signed as %(role)s"),
    "template-version-made": _("A new version of an agreement's template was made"),
    "template-published": _("A version of an agreement's template was published"),
    "template-edited": _("A draft of an agreement's template was edited"),
}
FACTS = {
    "agreement": None,
    "version": None,
    "link": None,
    "code": None,
    "decline": None,
    "hand_over": None,
    "ended": _("The invitation was ended"),
    "tries": _("Wrong tries"),
    "comment": None,
    "clause": None,
    "stance": None,
    "invitation": None,
    "amendment": None,
    "amendments": None,
    "replaces": _("In place of"),
    "versions": None,
    "previous_sha256": _("Fingerprint of the version before"),
    "party": _("Who"),
    "parties": _("To"),
    "stages": _("Stage of each role"),
    "code_required": _("Signers type a code from their mail"),
    "template_version": None,
    "method": _("Came by"),
    "sha256": _("Fingerprint"),
    "evidence_sha256": _("Fingerprint of the evidence"),
    "file_sha256": _("Fingerprint of the file"),
    "certificate_sha256": _("Fingerprint of the seal’s certificate"),
    "level": None,
    "development": _("Made with a key for trying things out"),
}
WORDS = {
    "link": _("a mailed link"),
    "account": _("an account"),
    "link+code": _("a mailed link and a one-time code"),
    "account+code": _("an account and a one-time code"),
    **dict(Amendment.Kind.choices),
    "whole": _("the whole"),
    **dict(State.choices),
    **dict(Stance.Value.choices),
}


def register() -> None:
    """Called once, when the app is ready."""
    texts = {field.name: field.verbose_name for field in TemplateVersion._meta.fields if "_" in field.name}
    sentences.register(sentences=SENTENCES, facts=FACTS, words={**WORDS, **texts})
