"""History sentences for acts on organizations and partnerships."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from people.models import Organization

SENTENCES = {
    "organization-added": _("%(by)s added an organization: %(organization)s"),
    "organization-edited": _("%(by)s changed the organization “%(organization)s”"),
    "contact-added": _("%(by)s made %(name)s a contact at %(organization)s: %(role)s"),
    "contact-ended": _("%(by)s ended %(name)s’s time as a contact at %(organization)s"),
}
FACTS = {"government": _("Level of government")}

history_text.register(sentences=SENTENCES, facts=FACTS, words=dict(Organization.Level.choices))
