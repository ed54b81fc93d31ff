"""Home: what needs whoever looks, and where everything stands."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from labportal import home as queries
from people.models import Role, User
from web.access import signed_in


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The lab sees what needs it, clocks and pipeline; a program area what it keeps; a reader how things stand."""
    today, user = timezone.localdate(), cast("User", request.user)
    acts = user.has_role(Role.LAB_OPS, Role.LAB_LEAD)
    keeps = user.has_role(Role.PRODUCT_OWNER)
    context = {
        "today": today,
        "acts": acts,
        "keeps": keeps,
        "lab": _lab(request, user, acts) if acts or user.has_role(Role.VIEWER) else None,
        "kept": queries.managed_by(user, today) if keeps and not acts else [],
        "to_sign": queries.asked_to_sign(user),
    }
    return render(request, "labportal/home.html", context)


def _lab(request: HttpRequest, user: User, acts: bool) -> queries.LabHome:
    return queries.lab_home(timezone.localdate(), acts=acts, leads=user.has_role(Role.LAB_LEAD), whole="all" in request.GET)
