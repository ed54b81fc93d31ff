"""Pages of quality: a site's averages without names for everyone on the partnership, and an assessment for its agent and the lead (PB-45)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.months import months_after
from partnerships.fetch import site_or_404
from partnerships.models import QualityAssessment, Site
from partnerships.sites.quality import actions
from partnerships.sites.quality.rules import HIGHEST, LOWEST, QUESTIONS, average_of, quality
from people.fields import LineInput
from people.models import User
from people.picker import PersonForm, Picker, anyone_called
from web.access import needs
from web.acts import run
from web.forms import DayField

TAB = "sites"
MOST = 100


class AssessForm(PersonForm):
    """An agent, who observed, a score for each question, and feedback."""

    verb = gettext_lazy("Record assessment")
    observer = LineInput(
        label=gettext_lazy("Observed by"), max_length=150, help_text=gettext_lazy("An experienced agent with the same mandate.")
    )
    on = DayField(label=gettext_lazy("Date"))
    feedback = forms.CharField(
        label=gettext_lazy("Feedback"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What went well, and what to try. Only the agent and the lead can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[f"score_{question.code}"] = forms.TypedChoiceField(
                label=question.text,
                choices=[(score, str(score)) for score in range(LOWEST, HIGHEST + 1)],
                coerce=int,
                widget=forms.RadioSelect,
                help_text=_("1 means not at all, 5 fully."),
            )
        self.order_fields(["who", "person", "name", "email", "observer", "on", *(f"score_{question.code}" for question in QUESTIONS)])

    @property
    def words(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        scores = {question.code: facts.pop(f"score_{question.code}") for question in QUESTIONS}
        return {**facts, "scores": scores}


def assessment_or_404(user: User, reference: str, site: int, assessment: int) -> QualityAssessment:
    """Return an assessment, for whoever may know of its partnership, and for its agent."""
    rows = QualityAssessment.objects.select_related("site__partnership__stream", "site__partnership__lead", "agent")
    row = get_object_or_404(rows, site__partnership__reference=reference, site=site, pk=assessment)
    if not user.has_perm("partnerships.view_assessment", row) and not user.has_perm("partnerships.view_partnership", row.partnership):
        raise Http404
    return row


@needs("partnerships.view_partnership", site_or_404)
def site_quality(request: HttpRequest, site: Site) -> HttpResponse:
    """Show a site's averages of the last twelve months, and assessments with names to the lead, or an agent's own to the agent; two queries."""
    user, since = request.user, months_after(site.today, -12)
    leads = user.has_perm("partnerships.assess_quality", site.partnership)
    rows = QualityAssessment.objects.filter(site=site, on__gt=since)
    of_user = rows if leads else rows.filter(agent__user=user.pk)  # an agent's own
    named: list[Any] = list(of_user.select_related("agent").order_by("-on", "-pk")[:MOST])
    for row in named:
        row.site, row.average = site, average_of(row.scores)
    context = {
        "partnership": site.partnership,
        "tab": TAB,
        "site": site,
        "quality": quality(rows.order_by("pk").values_list("scores", flat=True)),
        "named": named,
        "may_assess": leads and site.partnership.is_under_way,
    }
    return render(request, "partnerships/sites/quality/site_quality.html", context)


@needs("partnerships.assess_quality", site_or_404)
def assess(request: HttpRequest, site: Site) -> HttpResponse:
    """Record what was observed in an agent's interview."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    form = AssessForm(request.POST or None, picker=picker, initial={"on": site.today})
    act = lambda: actions.assess_quality(site, **form.words, by=request.user)
    context = {"partnership": site.partnership, "tab": TAB, "heading": _("Record a quality assessment: %(site)s") % {"site": site}}
    to = reverse("site-quality", args=[site.partnership.reference, site.pk])
    return run(request, form, act, done=_("Assessment recorded."), to=to, page="partnerships/act.html", **context)


@needs("partnerships.view_assessment", assessment_or_404)
def assessment(request: HttpRequest, assessment: QualityAssessment) -> HttpResponse:
    """Show an assessment to its agent, or to the lead."""
    context = {"assessment": assessment, "scores": [(question.text, assessment.scores[question.code]) for question in QUESTIONS]}
    return render(request, "partnerships/sites/quality/assessment.html", context)
