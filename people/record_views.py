"""Pages that change many records at once: somebody leaves the lab, two records of one person become one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people import leaving, merging
from people.forms import LeaveForm, MergeForm
from people.models import Person, User
from web.access import needs
from web.paging import words_sought

FOUND = 10


def _open_account(user: User, pk: int) -> User:
    return get_object_or_404(User.objects.filter(is_active=True), pk=pk)


def _current_person(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.current().select_related("user"), pk=pk)


@needs("people.close_account", _open_account)
def leave(request: HttpRequest, account: User) -> HttpResponse:
    """All that somebody holds at the lab, and who takes it over as they leave."""
    form = LeaveForm(request.POST or None, leaver=account)
    if form.carried_out(lambda: leaving.leave_lab(account, by=request.user, **form.facts)):
        params = {"name": account, "to": form.cleaned_data["to"]}
        messages.success(request, _("%(name)s has left the lab. %(to)s took over what they held; their account is closed.") % params)
        return redirect("people")
    context = {"account": account, "form": form, "holdings": leaving.held_by(account)}
    return render(request, "people/leave.html", context, status=form.status)


@needs("people.merge", _current_person)
def merge(request: HttpRequest, person: Person) -> HttpResponse:
    """Choose the record that is given up, see what moves, then merge."""
    sought = words_sought(request)
    matches = list(Person.objects.matching(sought).exclude(pk=person.pk)[:FOUND]) if sought else []
    chosen = str(request.POST.get("other") or request.GET.get("other") or "")
    other = Person.objects.current().filter(pk=chosen).exclude(pk=person.pk).first() if chosen.isascii() and chosen.isdigit() else None
    context = {"person": person, "sought": sought, "people": matches, "other": other, "form": None}
    if other is None:
        return render(request, "people/merge.html", context)
    form = MergeForm(request.POST or None, initial={"other": other.pk})
    if form.carried_out(lambda: merging.merge_people(person, other, reason=form.cleaned_data["reason"], by=request.user)):
        messages.success(request, _("Merged. %(name)s is one record now.") % {"name": person.name})
        return redirect("person", pk=person.pk)
    context |= {"form": form, "changes": merging.preview(person, other), "findings": merging.findings_before_merging(person, other)}
    return render(request, "people/merge.html", context, status=form.status)
