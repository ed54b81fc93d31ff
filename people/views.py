"""People: who the lab deals with, and how to reach them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people import addresses
from people.actions import add_person, edit_person
from people.filters import PersonFilter
from people.forms import PersonForm
from people.models import AddressChange, Person, Role, RoleGrant, User
from people.tables import PersonTable
from web.access import needs
from web.paging import paged


@needs("people.view_person")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; searched by the address."""
    person_filter = PersonFilter(request.GET, queryset=Person.objects.current().select_related("user"))
    table = PersonTable(person_filter.qs)
    paged(request, table)
    may_add = request.user.has_perm("people.edit_person")
    table.empty = _nobody(bool(request.GET.get("q")), may_add)
    return render(request, "people/list.html", {"filter": person_filter, "table": table, "may_add": may_add})


def _nobody(searched: bool, may_add: bool) -> dict[str, str]:
    if searched:
        text = _("Try fewer words, or only part of a name.")
        return {"title": _("Nobody fits these words"), "text": text, "url": reverse("people"), "action": _("Show everybody")}
    text = _("People appear here as they join a team, sponsor a residency or are asked to sign.")
    add = {"url": reverse("person-add"), "action": _("Add a person")} if may_add else {}
    return {"title": _("Nobody is known yet"), "text": text, **add}


def _person(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("user"), pk=pk)


@needs("people.view_person", _person)
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person: how to reach them, and their account; a record that was merged leads to the one that was kept."""
    if person.merged_into_id:
        return redirect("person", pk=person.merged_into_id)
    context = {
        "person": person,
        "roles": roles_held(person.user),
        "waiting": person.address_changes.filter(state=AddressChange.State.WAITING).first(),
        "may_edit": request.user.has_perm("people.edit_person", person),
        "aliases": person.aliases.all(),
        "may_merge": request.user.has_perm("people.merge"),
        "may_close": bool(person.user and person.user.is_active and request.user.has_perm("people.close_account")),
        "may_administer": request.user.has_perm("people.administer"),
    }
    return render(request, "people/person.html", context)


def roles_held(user: User | None) -> str:
    """The roles that an account holds now, in words and in their usual order; "" for none."""
    held = set(RoleGrant.objects.filter(user=user, to_at=None).values_list("role", flat=True)) if user else set()
    return ", ".join(str(role.label) for role in Role if role in held)


@needs("people.edit_person")
def add(request: HttpRequest) -> HttpResponse:
    """A new person; one whose address is known already is shown instead."""
    form = PersonForm(request.POST or None)
    added: list[Person] = []
    known = Person.objects.known_at(form["email"].value() or "") if form.is_bound else None
    if form.carried_out(lambda: added.append(add_person(**form.facts, by=request.user))):
        if known:
            messages.info(request, _("%(name)s is on record with this address already. This is their page.") % {"name": known.name})
        else:
            messages.success(request, _("%(name)s was added.") % {"name": added[0].name})
        return redirect("person", pk=added[0].pk)
    return render(request, "people/add.html", {"form": form}, status=form.status)


@needs("people.edit_person", _person)
def edit(request: HttpRequest, person: Person) -> HttpResponse:
    """Change what is known of a person; says so when somebody else did first."""
    form = PersonForm(request.POST or None, record=person, guarded=bool(addresses.asked_to_sign(person)))
    if form.carried_out(lambda: edit_person(person, expected=form.expected, by=request.user, **form.facts)):
        messages.success(request, _("Saved."))
        return redirect("person", pk=person.pk)
    return render(request, "people/edit.html", {"form": form, "person": person, "guarded": "email" not in form.fields})
