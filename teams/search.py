"""What search offers of teams: who is on one or champions it, the pages and acts about a team, and the lab's lists."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from people.search import named
from residencies.models import Residency
from teams.models import Champion, Seat
from web.search import MOST_HITS, Hit, Query, link, page, source


@source(_("People"), order=31)
def members(query: Query) -> Iterator[Hit]:
    """The people on a team now, of residencies that the account may see; one query."""
    rows = Seat.objects.current().on(timezone.localdate()).filter(named(query, "person"))
    rows = rows.filter(team__stream__in=Residency.objects.visible_to(query.user).values("stream"))
    for row in rows.select_related("person", "team__stream__residency").order_by("-pk")[: 2 * MOST_HITS]:
        residency = row.team.subject
        note = f"{row.get_role_display()}, {residency.name}"
        yield Hit(row.who, reverse("seat", args=[residency.reference, row.pk]), note, f"person-{row.person_id}")


@source(_("People"), order=32)
def champions(query: Query) -> Iterator[Hit]:
    """The people who champion a residency now that the account may see; one query."""
    rows = Champion.objects.on(timezone.localdate()).filter(named(query, "person"))
    rows = rows.filter(team__stream__in=Residency.objects.visible_to(query.user).values("stream"))
    for row in rows.select_related("person", "team__stream__residency").order_by("-pk")[: 2 * MOST_HITS]:
        residency = row.team.subject
        note = _t("Champion, %(name)s") % {"name": residency.name}
        yield Hit(row.person.name, reverse("champions", args=[residency.reference]), note, f"person-{row.person_id}")


page(_("Calendar"), "calendar", keywords=_("sprint reviews dates month"))
page(_("Role checks"), "checks", keywords=_("team roles missing"))
page(_("Training"), "lab-training", keywords=_("courses hours"))
page(_("Training of leaders"), "lab-leaders", keywords=_("executives hours"))
page(_("Services received"), "lab-services", keywords=_("help coaching"))

VIEW, EDIT = "teams.view_team", "teams.edit_team"
link("residency", _("Add to the team of %(name)s"), "team-add", EDIT, keywords=_("new member person role seat hire"), order=12, is_act=True)
link("residency", _("Team of %(name)s"), "team", VIEW, keywords=_("roster members people"), order=10)
link("residency", _("Import the team of %(name)s from CSV"), "team-import", EDIT, keywords=_("roster spreadsheet"), is_act=True)
link("residency", _("Champions of %(name)s"), "champions", VIEW, keywords=_("alliance sponsors executives"))
link("residency", _("Add a champion to %(name)s"), "champion-add", EDIT, keywords=_("new alliance sponsor"), is_act=True)
link("residency", _("Sprints of %(name)s"), "sprints", VIEW, keywords=_("reviews delivery cadence"), order=13)
link("residency", _("Plan the sprints of %(name)s"), "cadence", "teams.plan_sprints", keywords=_("reviews cadence"), is_act=True)
link("residency", _("Training of the team of %(name)s"), "training", VIEW, keywords=_("courses certificates"))
link("residency", _("Log training for %(name)s"), "training-log", "teams.log_training", keywords=_("add record course"), is_act=True)
link("residency", _("Services for %(name)s"), "services", VIEW, keywords=_("help coaching"))
link("residency", _("Log a service for %(name)s"), "service-log", "teams.log_service", keywords=_("add record help"), is_act=True)
