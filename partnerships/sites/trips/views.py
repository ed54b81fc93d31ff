"""Pages of trips: all to a site, one with its checklist and numbers, and the forms to work on it from a phone (PB-40)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from partnerships.choices import TravelMode
from partnerships.fetch import site_or_404
from partnerships.models import Partnership, Site, Trip
from partnerships.sites.trips import actions
from partnerships.sites.trips.checklist import TripChecklist, checklist_of, possible_managers
from people.fields import LineInput
from people.identity import account_on
from people.models import User
from people.picker import PersonForm, Picker, people_to_choose
from web.access import needs
from web.acts import press, run
from web.forms import ActForm, DayField

TAB = "sites"
PAGE_SIZE = 25


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


class TripForm(PersonForm):
    """Who travels, when, by what, and who signs it off."""

    verb = gettext_lazy("Plan trip")
    on = DayField(label=gettext_lazy("Leaving on"))
    mode = forms.ChoiceField(label=gettext_lazy("Travel by"), choices=TravelMode.choices, widget=forms.RadioSelect)
    manager = forms.ModelChoiceField(
        label=gettext_lazy("Manager"), queryset=User.objects.none(), empty_label=gettext_lazy("Choose a manager"),
        help_text=gettext_lazy("Signs the trip off. If that isn’t done the day before, they get an email."),
    )  # fmt: skip
    field_order = ("who", "person", "name", "email", "on", "mode", "manager")

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Who travels")
        self.fields["manager"].queryset = possible_managers(partnership)  # type: ignore[attr-defined]


class ChecklistForm(ActForm):
    """What is ticked on each list, and the emergency numbers."""

    verb = gettext_lazy("Save checklist")

    def __init__(self, *args: Any, record: Trip, checklist: TripChecklist, **kwargs: Any) -> None:
        initial: dict[str, Any] = {
            each.code: [item.code for item in each.items if item.code in checklist.ticked] for each in checklist.lists
        }
        initial |= {f"number_{item.code}": number for item, number in checklist.numbers}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.checklist = checklist
        for each in checklist.lists:
            self.fields[each.code] = forms.MultipleChoiceField(
                label=each.title,
                choices=[(item.code, item.text) for item in each.items],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        for item, _number in checklist.numbers:
            self.fields[f"number_{item.code}"] = LineInput(
                label=_("%(name)s: phone number") % {"name": item.text},
                max_length=actions.LONGEST_NUMBER,
                required=False,
                widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            )

    @property
    def words(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        codes = [code for each in self.checklist.lists for code in facts[each.code]]
        return {"codes": codes, "numbers": {item.code: facts[f"number_{item.code}"] for item, _number in self.checklist.numbers}}


class CancelForm(ActForm):
    verb = gettext_lazy("Cancel trip")
    tone = "danger"
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


# ── What the address names ───────────────────────────────────────────────────────────────────


def trip_or_404(user: User, reference: str, site: int, trip: int) -> Trip:
    """Return a trip, for everyone on its partnership, for its traveller and its manager; Http404 alike for one that is hidden."""
    rows: QuerySet[Trip] = Trip.objects.select_related("site__partnership__stream", "site__partnership__lead", "traveller", "manager")
    row = get_object_or_404(rows, site__partnership__reference=reference, site=site, pk=trip)
    if not user.has_perm("partnerships.view_trip", row):
        raise Http404
    return row


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs("partnerships.view_partnership", site_or_404)
def trips(request: HttpRequest, site: Site) -> HttpResponse:
    """List the trips to a site, the latest first; two queries."""
    rows = Trip.objects.filter(site=site).select_related("traveller", "manager").order_by("-on", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.site = site
    context = {
        "partnership": site.partnership,
        "tab": TAB,
        "site": site,
        "page": page,
        "may_plan": site.partnership.is_under_way and request.user.has_perm("partnerships.plan_trip", site.partnership),
    }
    return render(request, "partnerships/sites/trips/trips.html", context)


@require_safe
@needs("partnerships.view_trip", trip_or_404)
def trip(request: HttpRequest, trip: Trip) -> HttpResponse:
    """Show a trip with its numbers and its checklist; two queries."""
    user, checklist = request.user, checklist_of(trip)
    open_still = trip.is_open and trip.partnership.is_under_way
    may_prepare = user.has_perm("partnerships.prepare_trip", trip) and trip.partnership.is_under_way
    context = {
        "partnership": trip.partnership,
        "trip": trip,
        "checklist": checklist,
        "is_over": trip.on < trip.site.today,
        "may_prepare": open_still and may_prepare,
        "may_cancel": may_prepare and trip.cancelled_at is None and trip.on >= trip.site.today,
        "may_sign": open_still and trip.on >= trip.site.today and user.has_perm("partnerships.sign_off_trip", trip),
        "sees_partnership": user.has_perm("partnerships.view_partnership", trip.partnership),
    }
    return render(request, "partnerships/sites/trips/trip.html", context)


@needs("partnerships.plan_trip", site_or_404)
def plan(request: HttpRequest, site: Site) -> HttpResponse:
    """Plan a trip to a site."""
    user = account_on(request)
    near = Q(user=user) | Q(coordinated__partnership=site.partnership, coordinated__left_on=None) | Q(trips__site=site)
    picker = Picker(request, lambda sought: people_to_choose(user, near, sought))
    if picker.is_asked:
        return picker.answer()
    initial = {"on": site.today, "manager": site.partnership.lead_id}
    form = TripForm(request.POST or None, picker=picker, partnership=site.partnership, initial=initial)
    act = lambda: actions.plan_trip(site, **form.facts, by=user)
    context = {"partnership": site.partnership, "tab": TAB, "heading": _("Plan a trip to %(site)s") % {"site": site}}
    to = lambda row: row.get_absolute_url()
    done = _("Trip planned. Work through the checklist before you leave.")
    context["cancel"] = reverse("trips", args=[site.partnership.reference, site.pk])
    return run(request, form, act, done=done, to=to, page="partnerships/act.html", **context)


def _acted(request: HttpRequest, trip: Trip, form: ActForm, act: Any, *, heading: str, done: str) -> HttpResponse:
    page = "partnerships/sites/trips/act.html"
    return run(request, form, act, done=done, to=trip.get_absolute_url(), page=page, trip=trip, heading=heading)


@needs("partnerships.prepare_trip", trip_or_404)
def tick(request: HttpRequest, trip: Trip) -> HttpResponse:
    """Tick items of the checklist, and enter the emergency numbers."""
    form = ChecklistForm(request.POST or None, record=trip, checklist=checklist_of(trip))
    act = lambda: actions.tick_trip(trip, shown_revision=form.shown_revision, **form.words, by=request.user)
    return _acted(request, trip, form, act, heading=_("Checklist"), done=_("Checklist saved."))


@require_POST
@needs("partnerships.sign_off_trip", trip_or_404)
def sign_off(request: HttpRequest, trip: Trip) -> HttpResponse:
    """Sign a trip off, by one button on its page."""
    done = _("Trip signed off. Its checklist stays as it is now.")
    return press(request, lambda: actions.sign_off_trip(trip, by=request.user), done=done, to=trip.get_absolute_url())


@needs("partnerships.prepare_trip", trip_or_404)
def cancel(request: HttpRequest, trip: Trip) -> HttpResponse:
    """Cancel a trip."""
    form = CancelForm(request.POST or None)
    act = lambda: actions.cancel_trip(trip, **form.facts, by=request.user)
    return _acted(request, trip, form, act, heading=_("Cancel the trip"), done=_("Trip cancelled."))
