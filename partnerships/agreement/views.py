"""One page of what an auditor would find today, or on any day, over all agreements (SP-06)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.agreement.queries import audited
from partnerships.agreement.rules import audit
from web.access import needs
from web.forms import ActForm, DayField

MOST = 200


class AsOfForm(ActForm):
    """The day of the audit."""

    on = DayField(label=_("As of"), required=False)


@needs("partnerships.list_partnerships")
def audit_page(request: HttpRequest) -> HttpResponse:
    """List every agreement in force on the day with what isn't in order about it; four queries."""
    today = timezone.localdate()
    form = AsOfForm(request.GET if "on" in request.GET else None, initial={"on": today})
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    rows = [(agreement, list(audit(agreement, topics, on))) for agreement, topics in audited(on)]
    faulty = [(agreement, findings) for agreement, findings in rows if findings]
    context = {
        "form": form,
        "on": on,
        "checked": len(rows),
        "rows": faulty[:MOST],
        "more": max(0, len(faulty) - MOST),
        "count": sum(len(findings) for _agreement, findings in faulty),
    }
    return render(request, "partnerships/audit.html", context)
