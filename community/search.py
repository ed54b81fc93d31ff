"""What search offers of the community: the lab's lists, and the pages about one residency."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.alumni.queries import quickly_found
from community.models import Alumnus
from spelling.compare import search_words
from web.search import MOST_HITS, Hit, Query, link, page, source

page(_("Community"), "lab-community", keywords=_("habits"))
page(_("Pay it forward"), "lab-given", keywords=_("contributions community"))
page(_("Expert sessions"), "sessions", keywords=_("advice booking"))
page(_("Experts"), "experts", keywords=_("disciplines advisers"))
page(_("Alumni"), "alumni", keywords=_("directory graduates contacts help"))
page(_("Mentors"), "mentors", keywords=_("mentoring requests match"))
page(_("Who mentors"), "mentor-offers", keywords=_("mentors load topics"))
page(_("Desks"), "desks", keywords=_("seats space co-location"))

link("residency", _("Community of %(name)s"), "community", "community.view_community", keywords=_("habits contributions experts desks"))
link("residency", _("Ask for a mentor for %(name)s"), "mentor-ask", "community.request_mentor", keywords=_("mentoring help"), is_act=True)


@source(_("Alumni"), order=40, as_typed=True)
def alumni(query: Query) -> Iterator[Hit]:
    """Find alumni by name, organization, offer or residency; four queries."""
    if not query.user.has_perm("community.view_alumni"):
        return
    words = search_words(query.text)
    if not words:
        return
    for row in quickly_found(Alumnus.objects.listed().for_list(), words).order_by("pk")[:MOST_HITS]:
        note = ", ".join(place.residency.product for place in row.places.all()[:2])
        yield Hit(row.person.name, reverse("alumnus", args=[row.pk]), note)
