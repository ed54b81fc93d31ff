"""Role checks and services over the whole lab, and the log of a team (EL-42, EL-53)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.lists.page import list_page
from people.models import User
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from teams.choices import ServiceKind
from teams.lab import actions
from teams.lab.tables import ChecksFilter, CheckTable, ServicesFilter, ServiceTable, services_by_kind_and_month
from teams.models import RoleFinding, Service
from teams.pages import acted
from web.access import needs
from web.exports import export
from web.forms import ActForm, DayField
from web.paging import in_order

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


class ServiceForm(ActForm):
    verb = _("Log a service")
    kind = forms.ChoiceField(label=_("Kind of help"), choices=[("", _("Choose a kind")), *ServiceKind.choices])
    given_on = DayField(label=_("Date"))
    given_by = forms.CharField(label=_("Given by"), max_length=150, required=False, help_text=_("Your name, if you leave this empty."))
    result = forms.CharField(label=_("Result"), max_length=500, required=False)


class StrikeServiceForm(ActForm):
    verb = _("Remove entry")
    reason = forms.CharField(
        label=_("Reason for removing the entry"), max_length=300, help_text=_("The entry and this reason stay in the history.")
    )


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


@needs("teams.view_checks")
def checks(request: HttpRequest) -> HttpResponse:
    """What the role checks find across the lab, the gravest and oldest first; with `history` what was resolved."""
    checks_filter = ChecksFilter(request.GET, queryset=RoleFinding.objects.for_list())
    table = CheckTable(checks_filter.qs)
    table.empty = {"title": gettext("No role checks to fix"), "text": gettext("No teams have findings that match.")}
    return render(request, "teams/checks.html", {"list": list_page(request, table, checks_filter), "table": table})


@needs("teams.view_services")
def lab_services(request: HttpRequest) -> HttpResponse:
    """What the lab gave its teams: counts by kind and month, and the entries."""
    services_filter = ServicesFilter(request.GET, queryset=Service.objects.current().for_list())
    table = ServiceTable(services_filter.qs)
    table.empty = {
        "title": gettext("No services logged"),
        "text": gettext("Log services on a residency’s Services page."),
    }
    page = list_page(request, table, services_filter, export="lab-services-export")
    context = {"list": page, "table": table, "counts": services_by_kind_and_month(timezone.localdate())}
    return render(request, "teams/lab_services.html", context)


@needs("teams.view_services")
def lab_services_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (gettext("Residency"), gettext("Product"), gettext("Date"), gettext("Kind of help"), gettext("Given by"), gettext("Result"))
    services_filter = ServicesFilter(request.GET, queryset=Service.objects.current().for_list())
    rows = (
        (s.team.subject.reference, s.team.subject.name, s.given_on, s.get_kind_display(), s.given_by, s.result)
        for s in in_order(request, ServiceTable(services_filter.qs)).iterator(chunk_size=1000)
    )
    return export("services", file_format, header, rows)


@needs("teams.view_team", residency_or_404)
def services(request: HttpRequest, residency: Residency) -> HttpResponse:
    """What a team received; whoever may, logs one more right here."""
    may_log = request.user.has_perm("teams.log_service", residency)
    form = ServiceForm(initial={"given_on": timezone.localdate()})
    context = {
        "residency": residency,
        "tab": "services",
        "services": Service.objects.current().filter(team__stream=residency.stream_id),
        "form": form,
        "may_log": may_log,
    }
    return render(request, "teams/services.html", context)


@needs("teams.log_service", residency_or_404)
def log_service(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Log one service."""
    form = ServiceForm(request.POST or None, initial={"given_on": timezone.localdate()})
    act = lambda: actions.log_service(residency, **form.facts, by=request.user)
    return acted(request, residency, form, act, heading=gettext("Log a service"), done=gettext("Service logged."), tab="services")


def service_or_404(user: User, reference: str, service: int) -> Service:
    """An entry of the log of a residency that `user` may know of."""
    rows = Service.objects.select_related("team")
    return part_or_404(rows, user, reference, path="team__stream", pk=service, missing=gettext("This entry doesn’t exist."))


@needs("teams.log_service", service_or_404)
def cancel_service(request: HttpRequest, service: Service) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeServiceForm(request.POST or None, record=service)
    act = lambda: actions.cancel_service(service, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = gettext("Remove service: %(service)s") % {"service": service}
    return acted(request, service.team.subject, form, act, heading=heading, done=gettext("Service removed."), tab="services", tone="danger")
