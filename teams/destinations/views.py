"""The page for where someone on a team goes after graduation (EL-81)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.subjects import people_of
from people.identity import account_on
from people.picker import Picker, people_to_choose
from teams.destinations.actions import decide_destination
from teams.destinations.forms import DestinationForm
from teams.destinations.queries import destination_or_404
from teams.models import Destination
from teams.pages import acted
from web.access import needs


@needs("teams.keep_destination", destination_or_404)
def destination(request: HttpRequest, destination: Destination) -> HttpResponse:
    """Choose whether someone stays, moves or leaves, and who takes over from them."""
    subject, person = destination.team.subject, destination.person
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(subject), sought))
    if picker.is_asked:
        return picker.answer()
    form = DestinationForm(request.POST or None, record=destination, picker=picker)
    return acted(
        request,
        subject,
        form,
        lambda: decide_destination(destination, **form.destination, shown_revision=form.shown_revision, by=request.user),
        heading=_("After graduation: %(name)s") % {"name": person.name},
        done=_("Destination saved for %(name)s.") % {"name": person.name},
        intro=_("People from a vendor who leave need a successor in the ministry before the residency can graduate."),
        after=f"{reverse('graduation', args=[subject.reference])}#people-title",
        tab="graduation",
    )
