"""History sentences for acts on case studies."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from partnerships.models import CaseConsent

SENTENCES = {
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
FACTS = {"found_by": _("Models, levels, communities and themes"), "figures": _("Figures taken")}

history_text.register(sentences=SENTENCES, facts=FACTS, words=dict(CaseConsent.Answer.choices))
