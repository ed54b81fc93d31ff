"""Pages about coaching phases: a residency's own, starting another phase, and the guide for people who are asked to sign (EL-05, EL-35)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from findings import Finding
from oversight.checklists.queries import may_tick
from residencies.fetch import residency_or_404
from residencies.lifecycle.phases import actions, rules
from residencies.lifecycle.phases.checklists import GUIDES, SIGNS
from residencies.lifecycle.phases.queries import Pace, phase_cards, unmet_entry
from residencies.models import Residency
from residencies.models.states import Phase
from web.access import needs, open_to_anyone
from web.acts import run
from web.forms import ActForm, DayField


class PhaseForm(ActForm):
    """The day a phase starts, and a note."""

    on = DayField(label=_("Start date"))
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why the phase starts now. The note is required if an entry condition isn’t ticked, or to go back to an earlier phase."),
    )  # fmt: skip

    def __init__(self, *args: Any, phase: Phase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = _("Start %(phase)s") % {"phase": phase.label}

    def field_of(self, finding: Finding) -> str | None:
        return "note" if finding.code == "phase-no-note" else "on" if finding.code.startswith("day-") else None


@open_to_anyone("What happens in each phase, for people who are asked to sign; it is the same for every residency.")
@require_safe
def phase_guide(request: HttpRequest) -> HttpResponse:
    """Show what happens in each phase, and what is asked of the people who sign, on one page (EL-35)."""
    phases = [
        (phase, GUIDES[phase], [item for item in template.items if item.is_entry], [item for item in template.items if not item.is_entry])
        for phase, template in SIGNS.items()
    ]
    return render(request, "residencies/phase_guide.html", {"phases": phases})


@require_safe
@needs("residencies.view_residency", residency_or_404)
def phases(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show the six phases with their entry conditions and success signs, the pace, and the phases so far."""
    sets_phase = residency.is_under_way and request.user.has_perm("residencies.set_phase", residency)
    after = rules.following(residency.phase)
    context = {
        "residency": residency,
        "tab": "phases",
        "phases": phase_cards(residency),
        "pace": Pace(residency, timezone.localdate()),
        "sets_phase": sets_phase,
        "next_phase": Phase(after) if after else None,
        "may_tick": may_tick(request.user, residency, SIGNS[Phase.APPLY]),
    }
    return render(request, "residencies/phases.html", context)


@needs("residencies.set_phase", residency_or_404)
def enter_phase(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Start the phase that the address names, with what isn't ticked yet in sight; without one, lead to the list of phases."""
    phase = request.GET.get("phase", "")
    if not phase:
        return redirect("residency-phases", residency.reference)
    if phase not in Phase.values:
        raise Http404(phase)
    form = PhaseForm(request.POST or None, initial={"on": timezone.localdate()}, phase=Phase(phase))
    params = {"phase": Phase(phase).label, "product": residency.product}
    return run(
        request, form, lambda: actions.enter_phase(residency, phase, **form.facts, by=request.user),
        done=gettext("%(product)s is now in the “%(phase)s” phase.") % params,
        to=reverse("residency-phases", args=[residency.reference]),
        page="residencies/enter_phase.html", residency=residency, tab="phases",
        heading=gettext("Start the “%(phase)s” phase") % params,
        unmet=list(rules.unmet_entry(unmet_entry(residency, phase))),
        back=rules.goes_back(residency.phase, phase),
    )  # fmt: skip
