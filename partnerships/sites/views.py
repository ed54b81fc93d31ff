"""Pages of sites, which are compared side by side, of arrangements over time, and of emergency plans (PB-19, PB-23, PB-39)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.choices import Scenario, SiteState
from partnerships.fetch import part_or_404, partnership_or_404, site_or_404
from partnerships.models import Arrangement, EmergencyPlan, Partnership, SafetyAssessment, Site
from partnerships.sites import actions, emergencies, forms, safety
from people.models import User
from people.picker import Picker, anyone_called
from web.access import needs
from web.acts import run

PAGE = "partnerships/act.html"
# What candidates are compared by: the field, and its heading.
COMPARED = (
    ("community", gettext_lazy("Community")),
    ("get_place_display", gettext_lazy("Place")),
    ("host", gettext_lazy("Host partner")),
    ("get_time_zone_display", gettext_lazy("Time zone")),
    ("address", gettext_lazy("Address")),
    ("size", gettext_lazy("Size")),
    ("layout", gettext_lazy("Layout")),
    ("insurance", gettext_lazy("Insurance")),
    ("parking", gettext_lazy("Parking")),
    ("noise", gettext_lazy("Noise")),
    ("clients", gettext_lazy("Clients expected")),
    ("cost", gettext_lazy("Cost")),
    ("lease_ends_on", gettext_lazy("Lease ends on")),
    ("get_finding_display", gettext_lazy("Result of the study")),
    ("get_state_display", gettext_lazy("Status")),
    ("reason", gettext_lazy("Reason")),
)


def arrangement_or_404(user: User, reference: str, arrangement: int) -> Arrangement:
    return part_or_404(Arrangement.objects.select_related("site"), user, reference, pk=arrangement)


def compared(sites: list[Site]) -> list[tuple[Any, list[Any]]]:
    """Return a row for each heading with a cell for each site; headings that are empty for all of them are left out."""
    rows = [(label, [_value(site, name) for site in sites]) for name, label in COMPARED]
    return [(label, cells) for label, cells in rows if any(cells)]


def _value(site: Site, name: str) -> Any:
    value = getattr(site, name)
    return value() if callable(value) else value


@needs("partnerships.view_partnership", partnership_or_404)
def sites(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Compare the sites, and show the arrangements in the order of their first days."""
    today = timezone.localdate()
    rows = list(Site.objects.filter(partnership=partnership).select_related("host__organization"))
    arrangements = Arrangement.objects.filter(partnership=partnership).select_related("site", "queue_owner__organization")
    context = {
        "partnership": partnership,
        "tab": "sites",
        "sites": rows,
        "compared": compared(rows),
        "warnings": [*safety.warnings(partnership), *emergencies.warnings(partnership)],
        "assessments": list(SafetyAssessment.objects.filter(site__partnership=partnership).select_related("site", "recorded_by")),
        "candidates": any(site.state == SiteState.CANDIDATE for site in rows),
        "arrangements": [(row, row.to_on is not None and row.to_on < today) for row in arrangements],
        "may_keep": request.user.has_perm("partnerships.keep_partnership", partnership),
    }
    return render(request, "partnerships/sites.html", context)


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any, to: str = "") -> HttpResponse:
    to = to or reverse("sites", args=[partnership.reference])
    return run(request, form, act, done=done, to=to, page=PAGE, partnership=partnership, tab="sites", heading=heading)


@needs("partnerships.keep_partnership", partnership_or_404)
def add(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Add a candidate site."""
    form = forms.SiteForm(request.POST or None, partnership=partnership)
    act = lambda: actions.add_site(partnership, **form.facts, by=request.user)
    done = lambda site: _("%(site)s was added as a candidate.") % {"site": site}
    return _acted(request, partnership, form, act, heading=_("Add a site"), done=done)


@needs("partnerships.keep_partnership", site_or_404)
def edit(request: HttpRequest, site: Site) -> HttpResponse:
    """Change what is known of a site."""
    form = forms.SiteForm(request.POST or None, record=site, partnership=site.partnership)
    act = lambda: actions.edit_site(site, shown_revision=form.shown_revision, **form.facts, by=request.user)
    return _acted(request, site.partnership, form, act, heading=site.name, done=_("Saved."))


@needs("partnerships.keep_partnership", site_or_404)
def choose(request: HttpRequest, site: Site) -> HttpResponse:
    """Choose a site, with the reason."""
    form = forms.ChooseSiteForm(request.POST or None)
    form.verb = _("Choose site")
    act = lambda: actions.decide_site(site, chosen=True, **form.facts, by=request.user)
    heading = _("Choose %(site)s") % {"site": site}
    return _acted(request, site.partnership, form, act, heading=heading, done=_("%(site)s is chosen.") % {"site": site})


@needs("partnerships.keep_partnership", site_or_404)
def reject(request: HttpRequest, site: Site) -> HttpResponse:
    """Decide against a site, with the reason."""
    form = forms.ChooseSiteForm(request.POST or None)
    form.verb = _("Decide against it")
    act = lambda: actions.decide_site(site, chosen=False, **form.facts, by=request.user)
    heading = _("Decide against %(site)s") % {"site": site}
    done = _("You decided against %(site)s. It stays on record.") % {"site": site}
    return _acted(request, site.partnership, form, act, heading=heading, done=done)


@needs("partnerships.keep_partnership", site_or_404)
def refit(request: HttpRequest, site: Site) -> HttpResponse:
    """Record a refit or a new layout."""
    form = forms.RefitForm(request.POST or None)
    act = lambda: safety.record_refit(site, **form.facts, by=request.user)
    heading = _("Record a change at %(site)s") % {"site": site}
    return _acted(request, site.partnership, form, act, heading=heading, done=_("Recorded. A new safety assessment is due."))


@needs("partnerships.keep_partnership", site_or_404)
def assess(request: HttpRequest, site: Site) -> HttpResponse:
    """Record an assessment of threats and risks."""
    form = forms.AssessmentForm(request.POST or None, initial={"on": timezone.localdate()})
    act = lambda: safety.record_assessment(site, **form.facts, by=request.user)
    heading = _("Record a safety assessment: %(site)s") % {"site": site}
    return _acted(request, site.partnership, form, act, heading=heading, done=_("The assessment was recorded."))


@needs("partnerships.keep_partnership", partnership_or_404)
def add_arrangement(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Plan a model at a site for a period."""
    form = forms.ArrangementForm(request.POST or None, partnership=partnership, initial={"leaf": request.GET.get("leaf", "")})
    act = lambda: actions.add_arrangement(partnership, **form.facts, by=request.user)
    return _acted(request, partnership, form, act, heading=_("Add an arrangement"), done=_("The arrangement was added."))


@needs("partnerships.keep_partnership", arrangement_or_404)
def end_arrangement(request: HttpRequest, arrangement: Arrangement) -> HttpResponse:
    """Set the last day of an arrangement."""
    form = forms.EndArrangementForm(request.POST or None, initial={"to_on": arrangement.to_on or timezone.localdate()})
    act = lambda: actions.end_arrangement(arrangement, **form.facts, by=request.user)
    return _acted(request, arrangement.partnership, form, act, heading=str(arrangement), done=_("The last day was set."))


# ── Emergencies ──────────────────────────────────────────────────────────────────────────────


def plan_or_404(user: User, reference: str, site: int) -> EmergencyPlan:
    """Return the emergency plan of a site of the partnership."""
    row = site_or_404(user, reference, site)
    plan = EmergencyPlan.objects.filter(site=row).first()
    if plan is None:
        raise Http404(_("This site has no emergency plan yet."))
    plan.site = row
    return plan


@needs("partnerships.view_partnership", site_or_404)
def emergency_plan(request: HttpRequest, site: Site) -> HttpResponse:
    """Show the plan's scenarios with the last test and the next; two queries."""
    plan = EmergencyPlan.objects.filter(site=site).select_related("keeper").first()
    if plan:
        plan.site = site
    may_keep = site.partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", site.partnership)
    tested = emergencies.tests_of(plan) if plan else []
    context = {"partnership": site.partnership, "tab": "sites", "site": site, "plan": plan, "tested": tested, "may_keep": may_keep}
    return render(request, "partnerships/sites/emergencies/plan.html", context | {"today": site.today})


@needs("partnerships.keep_partnership", site_or_404)
def keep_emergency_plan(request: HttpRequest, site: Site) -> HttpResponse:
    """Record the plan, or change it."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    plan = EmergencyPlan.objects.filter(site=site).first()
    form = forms.EmergencyPlanForm(request.POST or None, picker=picker, record=plan, initial={"person": plan.keeper_id} if plan else None)
    shown = lambda: form.shown_revision if plan else 0
    act = lambda: emergencies.keep_plan(site, shown_revision=shown(), by=request.user, **form.facts)
    heading, done = _("Emergency plan: %(site)s") % {"site": site}, _("Emergency plan saved.")
    return _acted(request, site.partnership, form, act, heading=heading, done=done, to=_plan_page(site))


@needs("partnerships.keep_partnership", plan_or_404)
def record_emergency_test(request: HttpRequest, plan: EmergencyPlan) -> HttpResponse:
    """Record a test of one scenario."""
    chosen = request.GET.get("scenario", "")
    initial: dict[str, Any] = {"on": plan.site.today, "scenario": chosen if chosen in Scenario.values else ""}
    form = forms.EmergencyTestForm(request.POST or None, initial=initial)
    act = lambda: emergencies.record_test(plan, by=request.user, **form.facts)
    heading = _("Record a test of the emergency plan: %(site)s") % {"site": plan.site}
    return _acted(request, plan.site.partnership, form, act, heading=heading, done=_("Test recorded."), to=_plan_page(plan.site))


def _plan_page(site: Site) -> str:
    return reverse("emergency-plan", args=[site.partnership.reference, site.pk])
