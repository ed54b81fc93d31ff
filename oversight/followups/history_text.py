"""History sentences for acts on follow-ups."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

history_text.register(
    sentences={
        "follow-up-answered": _("%(by)s answered the %(follow_up)s"),
        "follow-up-contact-changed": _("%(by)s changed who answers the %(follow_up)s"),
    },
    facts={
        "follow_up": _("Follow-up"),
        "in_use": _("Product in use"),
        "together": _("Still with the product"),
        "asked_about": _("Asked about"),
        "changed": _("What changed"),
        "new_contact": _("New contact"),
    },
)
