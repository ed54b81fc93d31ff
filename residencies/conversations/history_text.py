"""History sentences for acts on conversations."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

SENTENCES = {
    "conversation-opened": _("%(by)s opened a conversation"),
    "conversation-planned": _("%(by)s set the time of a conversation: %(when)s"),
    "conversation-moved": _("%(by)s moved a conversation from %(before)s to %(when)s"),
    "conversation-cancelled": _("%(by)s cancelled the time of a conversation: %(when)s"),
    "conversation-invited": _("%(by)s invited %(name)s to a conversation"),
    "conversation-uninvited": _("%(by)s removed %(name)s from the list for a conversation"),
    "conversation-answered": _("%(name)s answered the invitation to a conversation: %(answer)s"),
    "conversation-held": _("%(by)s recorded the outcome of a conversation"),
    "conversation-corrected": _("%(by)s corrected the record of a conversation"),
    "conversation-amendment-proposed": _("%(by)s proposed a change to the agreement after a conversation: %(place)s"),
}
FACTS = {
    "conversation": None,
    "raised_by": _("Raised by"),
    "clause": _("Clause"),
    "agreement": _("Agreement"),
    "agreement_version": _("Version of the agreement"),
    "proposed": _("People proposed"),
    "group": _("Group"),
    "when": _("When"),
    "answer": _("Answer"),
}

history_text.register(sentences=SENTENCES, facts=FACTS)
