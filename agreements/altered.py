"""The page instead of an agreement whose records don't match the ledger."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.records import RecordsAltered
from people.lab import AT_THE_LAB, administrators
from people.models import Role


class AlteredRecords:
    """Answers `RecordsAltered`, wherever a view met it, with a page that says so and names who was told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RecordsAltered):
            return None
        staff = request.user.is_authenticated and request.user.has_role(*AT_THE_LAB, Role.ADMIN)
        context = {"administrators": administrators() if staff else [], "mismatch": exception.mismatch if staff else None}
        return render(request, "agreements/records_altered.html", context, status=503)
