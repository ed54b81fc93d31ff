"""History sentences for acts on the guidance for partnerships."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from partnerships.models import Theme

SENTENCES = {
    "guidance-loaded": _("The guidance for partnerships was loaded: %(count)s rows added, %(changed)s changed"),
    "model-edited": _("%(by)s changed the guidance on “%(model)s”"),
    "practice-added": _("%(by)s added practice %(code)s: %(practice)s"),
    "practice-edited": _("%(by)s changed practice %(code)s"),
    "resource-added": _("%(by)s added the tool “%(resource)s”"),
    "resource-edited": _("%(by)s changed the tool “%(resource)s”"),
    "resource-published": _("%(by)s published version %(version)s of “%(resource)s”"),
}

history_text.register(sentences=SENTENCES, words=dict(Theme.choices))
