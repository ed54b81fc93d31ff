"""Naming a benefit owner and sending the commitment, from a residency's Graduation page; and the list of benefits over the lab (EL-86)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community.benefits import actions
from community.models import BenefitOwner, BenefitQuarter
from community.queries import still_reporting
from ledger.subjects import people_of
from metrics.figures import figure
from metrics.models import Metric
from oversight.followups.rules import Share
from people.identity import account_on
from people.lists.page import View, list_page
from people.models import User
from people.picker import PersonForm, Picker, people_to_choose
from residencies.fetch import residency_or_404
from residencies.listing.tables import WordsFilter
from residencies.models import Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import State
from web.access import needs
from web.acts import run
from web.exports import export
from web.forms import ActForm
from web.paging import KeyedRows, Table, TemplateColumn, in_order


def _metrics_to_report(residency: Residency) -> QuerySet[Metric]:
    """Return the team's metrics but ratios: those take two numbers, and the commitment promises that one is typed."""
    return Metric.objects.active().filter(stream=residency.stream_id, denominator_label="")


class NameForm(PersonForm):
    """Who reports, and what."""

    verb = gettext_lazy("Name benefit owner")
    metric = forms.ModelChoiceField(
        Metric.objects.none(),
        label=gettext_lazy("Metric to report"),
        required=False,
        empty_label=gettext_lazy("A figure that isn’t measured yet"),
        help_text=gettext_lazy("One figure a quarter. A metric keeps the readings it has."),
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
        self.fields["metric"].queryset = _metrics_to_report(residency)  # type: ignore[attr-defined]

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
    star = _metrics_to_report(residency).filter(is_north_star=True).first()
    return {"metric": star} if star else {}


class MetricForm(ActForm):
    """In which metric the signed figure is reported."""

    verb = gettext_lazy("Choose metric")
    metric = forms.ModelChoiceField(
        Metric.objects.none(),
        label=gettext_lazy("Metric"),
        required=False,
        empty_label=gettext_lazy("A new metric, named after the figure"),
        help_text=gettext_lazy("It has to measure the figure above, which the benefit owner signed for. The readings it has count."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit of a new metric"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Such as days, hours or people. Use % for a percentage and $ for dollars."),
    )

    def __init__(self, *args: Any, owner: BenefitOwner, **kwargs: Any) -> None:
        super().__init__(*args, record=owner, **kwargs)
        self.fields["metric"].queryset = _metrics_to_report(owner.residency)  # type: ignore[attr-defined]


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


@needs("community.choose_benefit_metric", owner_or_404)
def metric(request: HttpRequest, owner: BenefitOwner) -> HttpResponse:
    """Choose the metric of an owner who accepted before metrics were on record."""
    form = MetricForm(request.POST or None, owner=owner)
    act = lambda: actions.choose_metric(owner, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    heading = _("Choose the metric that %(name)s reports") % {"name": owner.person.name}
    done = _("Metric chosen. %(name)s gets an email when a figure is due.") % {"name": owner.person.name}
    return _acted(request, owner.residency, form, act, heading=heading, done=done, signed=owner.measure)


@needs("community.withdraw_benefit_owner", owner_or_404)
def withdraw(request: HttpRequest, owner: BenefitOwner) -> HttpResponse:
    """Withdraw a name before the commitment is sent."""
    form = WithdrawForm(request.POST or None, record=owner)
    act = lambda: actions.withdraw_owner(owner, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    heading = _("Withdraw %(name)s as benefit owner") % {"name": owner.person.name}
    return _acted(request, owner.residency, form, act, heading=heading, done=_("Name withdrawn."), tone="danger")


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────

PRODUCT = (
    '<a href="{% url "graduation" record.residency.reference %}#benefit">{{ record.residency.product }}</a>'
    '<span class="cell-sub">{{ record.residency.reference }} · {{ record.residency.program_area.ministry }}</span>'
)
OWNER = "{% include 'community/benefits/_owner.html' with owner=record.owner only %}"
NEXT = "{% include 'community/benefits/_next.html' with quarter=record.waiting late=record.is_late only %}"


@dataclass(frozen=True)
class Benefit:
    """A graduated residency's benefit: its owner (None if the last one ended), what they report, and its quarters."""

    residency: Residency
    last: BenefitOwner
    quarters: list[BenefitQuarter]
    today: datetime.date

    @property
    def owner(self) -> BenefitOwner | None:
        return None if self.last.ended_on else self.last

    @property
    def reported(self) -> str:
        done = sum(quarter.reported_on is not None for quarter in self.quarters)
        return _("%(done)d of %(all)d") % {"done": done, "all": len(self.quarters)}

    @property
    def waiting(self) -> BenefitQuarter | None:
        """Return the first quarter that isn't reported."""
        return next((quarter for quarter in self.quarters if quarter.reported_on is None), None)

    @property
    def is_late(self) -> bool:
        return self.waiting is not None and self.waiting.is_overdue(self.today)

    @property
    def figure(self) -> str:
        """Return the last figure on record, with its unit."""
        metric = self.last.metric
        return "" if metric is None or metric.last_on is None else figure(metric.last_value, metric.unit)


class BenefitRows(KeyedRows):
    """Counted and ordered without a join; only the rows of the page are fetched, with their owners and quarters."""

    def rows_of_page(self, keys: list[int]) -> list[Benefit]:
        today = timezone.localdate()
        residencies = _with_quarters(Residency.objects.all()).in_bulk(keys)
        return [_benefit(residencies[key], today) for key in keys if key in residencies]


def _with_quarters(rows: ResidencyQuerySet) -> ResidencyQuerySet:
    """Return residencies with all that `_benefit` reads, in two queries more."""
    owners = BenefitOwner.objects.filter(accepted_on__isnull=False).select_related("person", "metric")
    return rows.for_list().prefetch_related(Prefetch("benefit_owners", owners), "benefit_quarters")


def _benefit(residency: Residency, today: datetime.date) -> Benefit:
    owners = residency.benefit_owners.all()  # type: ignore[attr-defined]  # the latest first
    return Benefit(residency, owners[0], list(residency.benefit_quarters.all()), today)  # type: ignore[attr-defined]


class BenefitTable(Table):
    """One row per graduated residency whose benefit owner accepted."""

    product = TemplateColumn(
        PRODUCT, verbose_name=gettext_lazy("Product"), order_by=("product", "pk"), empty_values=(), attrs={"td": {"class": "cell-wide"}}
    )
    owner = TemplateColumn(OWNER, verbose_name=gettext_lazy("Benefit owner"), orderable=False, empty_values=())
    measure = tables.Column(gettext_lazy("Reports"), accessor="last__measure", orderable=False, attrs={"td": {"class": "cell-wide"}})
    figure = tables.Column(gettext_lazy("Last figure"), orderable=False, default="")
    reported = tables.Column(gettext_lazy("Quarters reported"), orderable=False)
    waiting = TemplateColumn(NEXT, verbose_name=gettext_lazy("Next due"), orderable=False, empty_values=())

    label = gettext_lazy("Benefits after graduation")
    cards = True


class BenefitFilter(WordsFilter):
    """Which benefits to show."""

    overdue = django_filters.BooleanFilter(label=gettext_lazy("Figure overdue"), method="only_overdue", widget=forms.CheckboxInput)

    def only_overdue(self, rows: ResidencyQuerySet, name: str, value: bool) -> ResidencyQuerySet:
        late = BenefitQuarter.objects.overdue(timezone.localdate()).filter(residency=OuterRef("pk"))
        return rows.filter(Exists(late)) if value else rows


VIEWS = (View(gettext_lazy("Figure overdue"), {"overdue": "on"}),)


def _filter(request: HttpRequest) -> BenefitFilter:
    accepted = BenefitOwner.objects.filter(residency=OuterRef("pk"), accepted_on__isnull=False)
    rows = Residency.objects.filter(Exists(accepted), state=State.GRADUATED)
    return BenefitFilter(request.GET, queryset=rows.order_by(F("ended_on").desc(nulls_last=True), "-pk"), request=request)


@require_safe
@needs("residencies.view_graduates")
def benefits(request: HttpRequest) -> HttpResponse:
    """List the benefits that are reported after graduation, with the share that still reports."""
    benefit_filter = _filter(request)
    table = BenefitTable(BenefitRows(benefit_filter.qs))
    table.empty = {
        "title": _("No benefits match these filters"),
        "text": _("A product appears here once its team has graduated and its benefit owner has accepted."),
    }
    page = list_page(request, table, benefit_filter, views=VIEWS, export="benefit-export")
    reporting = still_reporting(Residency.objects.filter(state=State.GRADUATED), timezone.localdate()).values()
    share = Share(sum(reporting), len(reporting)) if reporting else None
    return render(request, "community/benefits/benefits.html", {"list": page, "share": share})


@require_safe
@needs("residencies.view_graduates")
def benefits_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered list, one row per quarter."""
    header = (
        _("Reference"), _("Product"), _("Ministry"), _("Benefit owner"), _("Reports"), _("Quarter"), _("First day"), _("Last day"),
        _("Due date"), _("Reported"),
    )  # fmt: skip
    rows = _with_quarters(in_order(request, BenefitTable(BenefitRows(_filter(request).qs)))).iterator(chunk_size=500)
    today = timezone.localdate()
    return export("benefits", file_format, header, (cells for row in rows for cells in _cells(_benefit(row, today))))


def _cells(benefit: Benefit) -> list[tuple[Any, ...]]:
    row, owner = benefit.residency, benefit.owner
    first = (row.reference, row.product, row.program_area.ministry.name, owner.person.name if owner else "", benefit.last.measure)
    return [(*first, str(q), q.from_on, q.to_on, q.due_on, q.reported_on) for q in benefit.quarters]
