"""Pages on which metrics are defined and changed: examples, the metric's form, baseline, target, north star, retiring (EL-90)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ledger.subjects import Subject, people_of, subject_or_404
from metrics.choices import Goal
from metrics.definition import actions, exemplars
from metrics.definition.forms import EditForm, GoalForm, MetricForm, RetireForm
from metrics.figures import figure
from metrics.frame import framed, metric_or_404
from metrics.models import Metric
from people.identity import account_on
from people.picker import Picker, people_to_choose
from web.access import needs
from web.acts import press, run
from web.forms import ActForm

ACT = "metrics/act.html"


def _picker(request: HttpRequest, subject: Subject) -> Picker:
    return Picker(request, lambda sought: people_to_choose(account_on(request), people_of(subject), sought))


def _acted(request: HttpRequest, metric: Metric, form: ActForm, act: Any, *, heading: str, done: str, **more: Any) -> HttpResponse:
    context = framed(metric.subject, heading=heading, metric=metric, **more)
    return run(request, form, act, done=done, to=metric.get_absolute_url(), page=ACT, **context)


@require_safe
@needs("metrics.keep_metrics", subject_or_404)
def examples(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the examples by kind, to start a metric from."""
    return render(request, "metrics/examples.html", framed(subject, kinds=list(exemplars.by_kind())))


@needs("metrics.keep_metrics", subject_or_404)
def add(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Define a metric, from an example or from nothing."""
    picker = _picker(request, subject)
    if picker.is_asked:
        return picker.answer()
    exemplar = exemplars.BY_CODE.get(request.GET.get("example", ""))
    initial = dict(exemplar.initial) if exemplar else {}
    has_star = Metric.objects.active().filter(stream=subject.stream_id, is_north_star=True).exists()
    initial |= {"title": initial.pop("name", ""), "is_north_star": not has_star}
    form = MetricForm(request.POST or None, picker=picker, initial=initial)
    intro = _("Started from an example. Change whatever doesn’t fit your product.") if exemplar else ""
    context = framed(subject, heading=_("Define a metric"), intro=intro)
    act = lambda: actions.define_metric(subject, **form.metric, by=request.user)
    to = lambda metric: metric.get_absolute_url()
    return run(
        request,
        form,
        act,
        done=_("Metric defined."),
        to=to,
        page=ACT,
        **context | {"cancel_url": reverse("value", args=[subject.reference])},
    )


@needs("metrics.keep_metric", metric_or_404)
def edit(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Change what a metric is called, how it is measured, or who owns it."""
    picker = _picker(request, metric.subject)
    if picker.is_asked:
        return picker.answer()
    form = EditForm(request.POST or None, record=metric, picker=picker)
    act = lambda: actions.edit_metric(metric, **form.metric, shown_revision=form.shown_revision, by=request.user)
    return _acted(request, metric, form, act, heading=_("Edit: %(metric)s") % {"metric": metric}, done=_("Saved."))


@needs("metrics.keep_metric", metric_or_404)
def baseline(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Set or change the baseline."""
    return _goal(request, metric, Goal.BASELINE, _("Baseline: %(metric)s") % {"metric": metric}, _("Baseline saved."))


@needs("metrics.keep_metric", metric_or_404)
def target(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Set or change the target."""
    return _goal(request, metric, Goal.TARGET, _("Target: %(metric)s") % {"metric": metric}, _("Target saved."))


def _goal(request: HttpRequest, metric: Metric, goal: Goal, heading: str, done: str) -> HttpResponse:
    form = GoalForm(request.POST or None, record=metric, goal=goal, initial={"set_on": timezone.localdate(), "reason": ""})
    act = lambda: actions.set_goal(metric, **form.change, shown_revision=form.shown_revision, by=request.user)
    intro = ""
    if goal == Goal.TARGET and metric.baseline_on:
        params = {"value": figure(metric.baseline_value, metric.unit), "direction": metric.get_direction_display()}
        intro = _("%(direction)s. The baseline is %(value)s.") % params
    return _acted(request, metric, form, act, heading=heading, done=done, intro=intro)


@require_POST
@needs("metrics.keep_metric", metric_or_404)
def north_star(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Make a metric the north star."""
    done = _("“%(metric)s” is the north star now.") % {"metric": metric}
    return press(request, lambda: actions.choose_north_star(metric, by=request.user), done=done, to=metric.get_absolute_url())


@needs("metrics.keep_metric", metric_or_404)
def retire(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Retire a metric, with a reason."""
    form = RetireForm(request.POST or None, record=metric)
    act = lambda: actions.retire_metric(metric, reason=form.cleaned_data["reason"], shown_revision=form.shown_revision, by=request.user)
    return _acted(
        request, metric, form, act, heading=_("Retire: %(metric)s") % {"metric": metric}, done=_("Metric retired."), tone="danger"
    )


@require_POST
@needs("metrics.keep_metric", metric_or_404)
def restore(request: HttpRequest, metric: Metric) -> HttpResponse:
    """Measure by a retired metric again."""
    act = lambda: actions.restore_metric(metric, shown_revision=metric.revision, by=request.user)
    return press(request, act, done=_("Metric restored."), to=metric.get_absolute_url())
