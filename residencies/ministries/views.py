"""The list of ministries and program areas, and the forms that keep it; for lab operations and administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from acts.act import Actor
from people.fields import LineInput
from people.models import User
from residencies.lifecycle.residency import program_area_for
from residencies.ministries import actions
from residencies.models import Ministry, ProgramArea
from web.access import needs
from web.acts import press, run
from web.forms import ActForm
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm

KEEP = "residencies.keep_ministries"
FORM = "residencies/ministries/form.html"


class MinistryForm(ActForm):
    name = LineInput(label=gettext_lazy("Name"), max_length=150)
    short_name = LineInput(
        label=gettext_lazy("Short name"), max_length=30, required=False, help_text=gettext_lazy("What staff call it, such as “Health”.")
    )


class EditMinistryForm(MinistryForm):
    renamed = forms.BooleanField(
        label=gettext_lazy("The government renamed the ministry"), required=False,
        help_text=gettext_lazy("The old name is kept with the agreements signed under it. Leave this unticked to correct a spelling."),
    )  # fmt: skip
    offered = forms.BooleanField(label=gettext_lazy("Offer it in forms"), required=False)


class AreaForm(ActForm):
    name = LineInput(label=gettext_lazy("Program area"), max_length=200)


class ImportForm(SpreadsheetForm):
    verb = gettext_lazy("Import")

    def columns(self) -> tuple[Column, ...]:
        return actions.columns()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext_lazy("Excel (.xlsx), LibreOffice (.ods) or CSV.")


def _ministry(user: User, ministry: int) -> Ministry:
    return get_object_or_404(Ministry, pk=ministry)


def _area(user: User, area: int) -> ProgramArea:
    return get_object_or_404(ProgramArea.objects.select_related("ministry"), pk=area)


@needs(KEEP)
@require_safe
def ministries(request: HttpRequest) -> HttpResponse:
    """Every ministry with its program areas, and how many residencies each has brought; two queries."""
    areas = ProgramArea.objects.annotate(count=Count("residencies")).order_by("name")
    rows = Ministry.objects.prefetch_related(Prefetch("program_areas", queryset=areas)).order_by("-active", "name")
    return render(request, "residencies/ministries/list.html", {"ministries": rows})


@needs(KEEP)
def add(request: HttpRequest) -> HttpResponse:
    form = MinistryForm(request.POST or None)
    title = _("Add a ministry")
    return _form(request, form, lambda: actions.add_ministry(**form.facts, by=request.user), title, _("Ministry added."))


@needs(KEEP, _ministry)
def edit(request: HttpRequest, ministry: Ministry) -> HttpResponse:
    """Correct a ministry's name, give it a new one, or stop offering it."""
    initial = {"name": ministry.name, "short_name": ministry.short_name, "offered": ministry.active}
    form = EditMinistryForm(request.POST or None, initial=initial)
    return _form(request, form, lambda: _save(ministry, form.facts, request.user), ministry.name, _("Ministry saved."))


def _save(ministry: Ministry, facts: dict[str, Any], by: Actor) -> None:
    names = {"name": facts["name"], "short_name": facts["short_name"]}
    if facts["renamed"] and facts["name"] != ministry.name:
        ministry = actions.rename_ministry(ministry, **names, by=by)
    else:
        ministry = actions.correct_ministry(ministry, **names, by=by)
    if facts["offered"] != ministry.active:
        (actions.offer_ministry if facts["offered"] else actions.retire_ministry)(ministry, by=by)


@needs(KEEP, _ministry)
def add_area(request: HttpRequest, ministry: Ministry) -> HttpResponse:
    form = AreaForm(request.POST or None)
    title = _("Add a program area to %(ministry)s") % {"ministry": ministry.name}
    return _form(request, form, lambda: program_area_for(ministry, form.facts["name"], by=request.user), title, _("Program area added."))


@needs(KEEP, _area)
def edit_area(request: HttpRequest, area: ProgramArea) -> HttpResponse:
    form = AreaForm(request.POST or None, initial={"name": area.name})
    title = _("Rename %(area)s") % {"area": area.name}
    return _form(request, form, lambda: actions.rename_program_area(area, **form.facts, by=request.user), title, _("Program area saved."))


@needs(KEEP, _ministry)
@require_POST
def remove(request: HttpRequest, ministry: Ministry) -> HttpResponse:
    return _remove(request, lambda: actions.remove_ministry(ministry, by=request.user), ministry.name)


@needs(KEEP, _area)
@require_POST
def remove_area(request: HttpRequest, area: ProgramArea) -> HttpResponse:
    return _remove(request, lambda: actions.remove_program_area(area, by=request.user), area.name)


@needs(KEEP)
def import_ministries(request: HttpRequest) -> HttpResponse:
    """Import ministries and program areas from a spreadsheet, all of it or nothing; what can't be read is listed."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.carried_out(lambda: actions.import_ministries(form.facts["text"], by=request.user)):
        params = {"ministries": form.result.ministries, "areas": form.result.program_areas}
        messages.success(request, _("Imported. New ministries: %(ministries)d. New program areas: %(areas)d.") % params)
        return redirect("ministries")
    tables = [form.refusal.table] if isinstance(form.refusal, actions.MinistriesRefused) else []
    context = {"form": form, "title": _("Import ministries and program areas"), "tables": tables, "cancel": reverse("ministries")}
    context["intro"] = _(
        "The first row names the columns: Ministry, Short name, Program area. Only the ministry is required. Use one row per program area."
    )
    return render(request, FORM, context, status=form.status)


def _form(request: HttpRequest, form: ActForm, act: Any, title: str, done: str) -> HttpResponse:
    return run(request, form, act, done=done, to=reverse("ministries"), page=FORM, title=title)


def _remove(request: HttpRequest, act: Callable[[], None], name: str) -> HttpResponse:
    return press(request, act, done=_("%(name)s was removed.") % {"name": name}, to=reverse("ministries"))
