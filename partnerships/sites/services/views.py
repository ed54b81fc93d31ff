"""Pages of the services at a partnership's sites: whose each is, who provides it, how far, and with which training (PB-16)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.choices import Depth
from partnerships.fetch import partnership_or_404
from partnerships.models import Partner, Partnership, ServiceTraining, SiteService
from partnerships.sites.services import actions
from partnerships.sites.services.gates import facts_of, service_gaps, with_training
from people.fields import LineInput
from people.models import User
from web.access import needs
from web.acts import run
from web.forms import ActForm, DayField

PAGE = "partnerships/act.html"
TAB = "partnership-services"


class ServiceForm(ActForm):
    verb = gettext_lazy("Save service")
    owner = forms.TypedChoiceField(label=gettext_lazy("Whose service it is"), required=False, empty_value=None)
    provider = forms.TypedChoiceField(label=gettext_lazy("Who provides it here"), required=False, empty_value=None)
    depth = forms.ChoiceField(
        label=gettext_lazy("What the provider does"), choices=[("", gettext_lazy("Not known yet")), *Depth.choices], required=False
    )
    training = LineInput(
        label=gettext_lazy("Training that the provider’s agents need"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("For example “Passport applications, two days”. If you change it, agents need the new training."),
    )
    settlement = LineInput(
        label=gettext_lazy("How payments are settled"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For services with payments: how often, and who reconciles them."),
    )

    def __init__(self, *args: Any, record: SiteService, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"owner": record.owner_id, "provider": record.provider_id}, **kwargs)
        rows = Partner.objects.filter(partnership=record.site.partnership, left_on=None).select_related("organization")
        partners = {str(row.pk): row for row in rows}  # read once for both fields
        for name in ("owner", "provider"):
            field: Any = self.fields[name]
            field.choices = [("", _("Not known yet")), *((key, str(row)) for key, row in partners.items())]
            field.coerce = partners.get


class TrainingForm(ActForm):
    verb = gettext_lazy("Record training")
    on = DayField(label=gettext_lazy("Finished on"))
    agents = forms.IntegerField(label=gettext_lazy("Agents trained"), min_value=1, max_value=1000)


def offered_or_404(user: User, reference: str, service: int) -> SiteService:
    """Return a service at a site of the partnership."""
    partnership = partnership_or_404(user, reference)
    rows = SiteService.objects.select_related("site", "owner__organization", "provider__organization")
    row = get_object_or_404(rows, site__partnership=partnership, pk=service)
    row.site.partnership = partnership
    return row


@needs("partnerships.view_partnership", partnership_or_404)
def services(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show each service at each site with its owner, its provider and what is missing; two queries."""
    rows: list[Any] = list(with_training(SiteService.objects.filter(site__partnership=partnership)).order_by("site", "name", "pk"))
    trained = ServiceTraining.objects.filter(service__site__partnership=partnership).order_by("on", "pk")
    latest = {(each.service_id, each.partner_id, each.training): each for each in trained}
    for row in rows:
        row.gaps = list(service_gaps(facts_of(row)))
        row.latest = latest.get((row.pk, row.provider_id, row.training))
    may_keep = partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", partnership)
    context = {"partnership": partnership, "tab": TAB, "rows": rows, "may_keep": may_keep}
    return render(request, "partnerships/sites/services/services.html", context)


@needs("partnerships.keep_partnership", offered_or_404)
def edit(request: HttpRequest, service: SiteService) -> HttpResponse:
    """Set whose a service is, who provides it and how far."""
    form = ServiceForm(request.POST or None, record=service)
    act = lambda: actions.edit_service(service, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, service, form, act, _("Saved."), _("Service: %(service)s") % {"service": service})


@needs("partnerships.keep_partnership", offered_or_404)
def training(request: HttpRequest, service: SiteService) -> HttpResponse:
    """Record the training of the provider's agents."""
    form = TrainingForm(request.POST or None, initial={"on": service.site.today})
    act = lambda: actions.record_training(service, by=request.user, **form.facts)
    heading = _("Training for %(service)s: %(training)s") % {"service": service, "training": service.training or _("none needed")}
    return _acted(request, service, form, act, _("Training recorded."), heading)


def _acted(request: HttpRequest, service: SiteService, form: ActForm, act: Any, done: str, heading: str) -> HttpResponse:
    partnership = service.site.partnership
    to = reverse(TAB, args=[partnership.reference])
    return run(request, form, act, done=done, to=to, page=PAGE, partnership=partnership, tab=TAB, heading=heading)
