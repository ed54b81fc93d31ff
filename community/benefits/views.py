"""Naming a benefit owner and sending the commitment, from a residency's Graduation page (EL-86)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.benefits import actions
from community.models import BenefitOwner
from ledger.subjects import people_of
from metrics.models import Metric
from people.identity import account_on
from people.models import User
from people.picker import PersonForm, Picker, people_to_choose
from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs
from web.acts import run
from web.forms import ActForm


class NameForm(PersonForm):
    """Who reports, and what."""

    verb = gettext_lazy("Name benefit owner")
    metric = forms.ModelChoiceField(
        Metric.objects.none(),
        label=gettext_lazy("Metric to report"),
        required=False,
        empty_label=gettext_lazy("A figure that isn’t measured yet"),
        help_text=gettext_lazy("One figure a quarter. Its readings so far stay with it."),
    )
    measure = forms.CharField(
        label=gettext_lazy("Figure to report"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("If no metric above fits. For example: days from application to permit."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit of that figure"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Such as days, hours or people. Use % for a percentage and $ for dollars."),
    )
    field_order = ("who", "person", "name", "email", "metric", "measure", "unit")

    def __init__(self, *args: Any, residency: Residency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A ratio takes two numbers, and the commitment promises that one is typed.
        self.metrics = Metric.objects.active().filter(stream=residency.stream_id, denominator_label="")
        self.fields["metric"].queryset = self.metrics  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if not facts.get("metric") and "metric" not in self.errors:
            if not facts.get("measure", "").strip():
                self.add_error("measure", _("Choose a metric above, or enter the figure to report."))
            elif not facts.get("unit", "").strip():
                self.add_error("unit", _("Enter the unit, such as days or people."))
        return facts


def _of_the_standing(standing: BenefitOwner) -> dict[str, Any]:
    """Propose for a successor what is reported now."""
    return {"metric": standing.metric} if standing.metric_id else {"measure": standing.measure, "unit": standing.unit}


def _of_the_team(residency: Residency) -> dict[str, Any]:
    """Propose the team's north star."""
    star = Metric.objects.active().filter(stream=residency.stream_id, is_north_star=True, denominator_label="").first()
    return {"metric": star} if star else {}


class SendForm(ActForm):
    verb = gettext_lazy("Send commitment")


class WithdrawForm(ActForm):
    verb = gettext_lazy("Withdraw name")
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("The name stays on record with this reason.")
    )


def _acted(
    request: HttpRequest, residency: Residency, form: ActForm, act: Callable[[], Any], *, heading: str, done: str, **more: Any
) -> HttpResponse:
    to = reverse("graduation", args=[residency.reference])
    context = {"residency": residency, "subject": residency, "tab": "graduation", "heading": heading, **more}
    return run(request, form, act, done=done, to=to, page="community/benefits/act.html", **context)


@needs("community.name_benefit_owner", residency_or_404)
def name(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Name who reports the benefit, or a successor."""
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(residency), sought))
    if picker.is_asked:
        return picker.answer()
    standing = BenefitOwner.objects.standing().filter(residency=residency).select_related("person").first()
    initial = _of_the_standing(standing) if standing else _of_the_team(residency)
    form = NameForm(request.POST or None, picker=picker, residency=residency, initial=initial)
    act = lambda: actions.name_owner(residency, **form.facts, by=account_on(request))
    heading = _("Name a successor") if standing else _("Name a benefit owner")
    done = _("Benefit owner named. Lab operations send them the commitment to sign.")
    return _acted(request, residency, form, act, heading=heading, done=done, standing=standing, explains=True)


def owner_or_404(user: User, reference: str, owner: int) -> BenefitOwner:
    residency = residency_or_404(user, reference)
    row = BenefitOwner.objects.select_related("person", "agreement").filter(residency=residency, pk=owner).first()
    if row is None:
        raise Http404(_("This benefit owner doesn’t exist."))
    row.residency = residency
    return row


@needs("community.send_benefit_commitment", owner_or_404)
def send(request: HttpRequest, owner: BenefitOwner) -> HttpResponse:
    """Make the commitment and send it to be signed."""
    form = SendForm(request.POST or None, record=owner)
    act = lambda: actions.send_commitment(owner, shown_revision=form.shown_revision, by=account_on(request))
    heading = _("Send the commitment to %(name)s") % {"name": owner.person.name}
    done = _("Commitment sent. %(name)s gets an email with a link to sign it.") % {"name": owner.person.name}
    standing = BenefitOwner.objects.standing().filter(residency=owner.residency).select_related("person").first()
    return _acted(request, owner.residency, form, act, heading=heading, done=done, owner=owner, standing=standing)


@needs("community.withdraw_benefit_owner", owner_or_404)
def withdraw(request: HttpRequest, owner: BenefitOwner) -> HttpResponse:
    """Withdraw a name before the commitment is sent."""
    form = WithdrawForm(request.POST or None, record=owner)
    act = lambda: actions.withdraw_owner(owner, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    heading = _("Withdraw %(name)s as benefit owner") % {"name": owner.person.name}
    return _acted(request, owner.residency, form, act, heading=heading, done=_("Name withdrawn."), tone="danger")
