"""The page “Where could we partner”: communities with two or more signals, each of which opens its source (PB-04)."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from partnerships.choices import SignalKind
from partnerships.sites.opportunities.queries import opportunities_on, opportunity_in, partnerships_in
from partnerships.sites.opportunities.rules import Opportunity, sentence
from spelling.compare import title_key
from web.access import needs

PAGE_SIZE = 25
LONGEST = 1000  # characters of a partnership's problem


class OpportunityFilter(forms.Form):
    """Opportunities by community, signal and organization; the filters are in the address."""

    q = forms.CharField(label=gettext_lazy("Community"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    signal = forms.ChoiceField(label=gettext_lazy("Signal"), choices=[("", gettext_lazy("All")), *SignalKind.choices], required=False)
    organization = forms.ChoiceField(label=gettext_lazy("Organization"), required=False)

    def __init__(self, *args: Any, rows: list[Opportunity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted({signal.organization for row in rows for signal in row.signals if signal.organization}, key=title_key)
        self.fields["organization"].choices = [("", _("All")), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def chosen(self, rows: list[Opportunity]) -> list[Opportunity]:
        """Return those of `rows` that match the filters that can be read."""
        self.is_valid()
        q, kind, organization = (self.cleaned_data.get(name) for name in ("q", "signal", "organization"))
        return [
            row
            for row in rows
            if (not q or title_key(q) in title_key(row.community))
            and (not kind or any(signal.kind == kind for signal in row.signals))
            and (not organization or any(signal.organization == organization for signal in row.signals))
        ]


@require_safe
@needs("partnerships.list_partnerships")
def opportunities(request: HttpRequest) -> HttpResponse:
    """List the communities with two or more signals, and the partnerships that are there already; five queries."""
    today = timezone.localdate()
    rows = opportunities_on(today)
    form = OpportunityFilter(request.GET, rows=rows)
    page = Paginator(form.chosen(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    here = partnerships_in(page.object_list)
    context = {
        "filters": form,
        "page": page,
        "any": bool(rows),
        "rows": [_shown(row, here.get(title_key(row.community), []), today) for row in page.object_list],
        "may_start": request.user.has_perm("partnerships.start_partnership"),
    }
    return render(request, "partnerships/sites/opportunities.html", context)


def _shown(row: Opportunity, partnerships: list[Any], today: datetime.date) -> dict[str, Any]:
    signals = [
        (signal, sentence(signal, today), reverse(signal.page, args=[signal.reference, signal.site]), signal.kind.label)
        for signal in row.signals
    ]
    start = f"{reverse('partnership-start')}?{urlencode({'community': row.community})}"
    return {"community": row.community, "signals": signals, "partnerships": partnerships, "start": start}


def first_words(community: str) -> dict[str, str]:
    """Return what a new partnership in a community starts with: a name, and its signals as the opportunity; four queries, or none."""
    today = timezone.localdate()
    row = opportunity_in(community, today) if community.strip() else None
    if row is None:
        return {}
    problem = "\n".join(sentence(signal, today) for signal in row.signals)
    return {"name": _("Partnership in %(community)s") % {"community": row.community}, "problem": problem[:LONGEST]}
