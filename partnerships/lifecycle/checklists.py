"""The partnering process and winding up as checklists: steps with owner and date (SP-04, PB-21)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from oversight.models import Anchor

# Reword texts freely, but never change a code: a step that was done is found by it.
PARTNERING = ChecklistTemplate(
    "partnering",
    _("Partnering process"),
    _("Steps from the idea to the opening. Give each an owner and a date."),
    (
        TemplateItem("G01", _("Look for opportunities in the data"), _("Exploring: a map of points of service, lease dates, feedback.")),
        TemplateItem("G02", _("Name the problem to solve or the thing to improve"), _("Exploring. Add it on the partnership’s Overview.")),
        TemplateItem("G03", _("Describe the value for clients, partners and employees"), _("Exploring. All three are needed.")),
        TemplateItem("G04", _("Allow for growth and changing needs"), _("Exploring: population, needs that rise or get more complex.")),
        TemplateItem("G05", _("Confirm shared interests, purpose and objectives"), _("Exploring. Required for the feasibility study.")),
        TemplateItem(
            "G06",
            _("Study feasibility"),
            _("Feasibility: size, layout, insurance, parking, noise and clients expected at each site. Required before agreeing."),
        ),
        TemplateItem("G07", _("Set up governance"), _("Feasibility: a group that decides throughout the partnership.")),
        TemplateItem("G08", _("Agree how costs are shared"), _("Feasibility. Required before agreeing.")),
        TemplateItem("G13", _("Complete the agreement"), _("Agreeing: leases, accessibility plan, service levels.")),
        TemplateItem("G14", _("Write sunset criteria into the agreement"), _("Agreeing. Or say why there are none.")),
        TemplateItem(
            "G09",
            _("Write the security plan"),
            _("Preparing: with site visits, bandwidth, connection and firewalls to one standard. Required before operating."),
        ),
        TemplateItem("G10", _("Write the communications plan"), _("Preparing: signs, messages to staff, meet-and-greets, the community.")),
        TemplateItem(
            "G11", _("Write a joint human resources plan"), _("Preparing: hiring, training, health and safety, unions, disputes.")
        ),
        TemplateItem("G12", _("Lay out the premises with facilities leads"), _("Preparing: counters, rooms, equipment, supplies, upkeep.")),
    ),
)

WINDING_UP = ChecklistTemplate(
    "winding-up",
    _("Winding up"),
    _("What has to be settled before the partnership ends. All of it is required."),
    (
        TemplateItem("W1", _("Settle costs and income"), _("Every partner pays and receives what the agreement says."), anchor=Anchor.DATE),
        TemplateItem("W2", _("Agree where staff will work"), _("Consult the unions first where the work changes."), anchor=Anchor.DATE),
        TemplateItem("W3", _("Hand back or pass on premises and equipment"), _("With keys, accounts and records."), anchor=Anchor.DATE),
        TemplateItem(
            "W4", _("Tell clients where they’ll be served"), _("At the site, online and through community groups."), anchor=Anchor.DATE
        ),
    ),
)

for _template in (PARTNERING, WINDING_UP):
    register(_template)
