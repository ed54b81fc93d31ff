"""What search offers of the community: the lab's lists, and the pages about one residency."""

from django.utils.translation import gettext_lazy as _

from web.search import link, page

page(_("Community"), "lab-community", keywords=_("habits"))
page(_("Pay it forward"), "lab-given", keywords=_("contributions community"))
page(_("Expert sessions"), "sessions", keywords=_("advice booking"))
page(_("Experts"), "experts", keywords=_("disciplines advisers"))
page(_("Desks"), "desks", keywords=_("seats space co-location"))

link("residency", _("Community of %(name)s"), "community", "community.view_community", keywords=_("habits contributions experts desks"))
