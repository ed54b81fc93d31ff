"""Search entries for barriers and risks: the lab-wide lists, and each subject's page."""

from django.utils.translation import gettext_lazy as _

from web.search import link, page

page(_("Barriers"), "barrier-list", keywords=_("blockers issues escalation"))
page(_("Barriers by level"), "barrier-levels", keywords=_("in-tray working group steering committee"))
page(_("Systemic barriers"), "barriers-systemic", keywords=_("patterns"))
page(_("Risks"), "risk-list", keywords=_("heat map likelihood impact"))

link("residency", _("Barriers and risks of %(name)s"), "barriers", "oversight.view_barriers", keywords=_("blockers issues raise"))
