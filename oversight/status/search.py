"""Search entries for status reports: the lab-wide pages, and each subject's page."""

from django.utils.translation import gettext_lazy as _

from web.search import link, page

page(_("Status of all residencies"), "status-list", keywords=_("green amber red reports portfolio"))
page(_("Decisions needed"), "decision-list", keywords=_("steering committee answers"))

link("residency", _("Status reports of %(name)s"), "status", "oversight.view_status", keywords=_("green amber red report"))
