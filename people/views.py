"""People: who the lab deals with, and how to reach them."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import addresses, leaving, merging
from people.actions import add_person, edit_person, person_of
from people.forms import AddressAnswerForm, AddressForm, LeaveForm, MergeForm, PersonForm
from people.lists.page import list_page
from people.models import AddressChange, Person, PersonQuerySet, Role, RoleGrant, User
from web.access import needs
from web.paging import Table, TemplateColumn, words_sought

# ── The list ──────────────────────────────────────────────────────────────────────────────────────


ACCOUNT = (
    "{% load i18n %}{% if not value %}{% elif value.is_active %}{% translate 'May sign in' %}{% else %}{% translate 'Closed' %}{% endif %}"
)


class PersonTable(Table):
    """One row a person."""

    name = tables.Column(verbose_name=_("Name"), linkify=("person", {"pk": tables.A("pk")}))
    title = tables.Column(verbose_name=_("Title"), orderable=False)
    organisation = tables.Column(verbose_name=_("Organization"))
    email = tables.EmailColumn(verbose_name=_("Email"), orderable=False)
    account = TemplateColumn(ACCOUNT, accessor="user", verbose_name=_("Account"), orderable=False)

    label = _("People")

    class Meta:
        model = Person
        fields = ("name", "title", "organisation", "email", "account")
        order_by = ("name",)


class PersonFilter(django_filters.FilterSet):
    """People by words of their name, address, title or organisation."""

    q = django_filters.CharFilter(
        label=_("Name, email address, title or organization"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_words(self, people: PersonQuerySet, name: str, words: str) -> PersonQuerySet:
        return people.matching(words)


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


@needs("people.view_person")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by name; searched by the address."""
    person_filter = PersonFilter(request.GET, queryset=Person.objects.current().select_related("user"))
    table = PersonTable(person_filter.qs)
    may_add = request.user.has_perm("people.edit_person")
    table.empty = _nobody(bool(request.GET.get("q")), may_add)
    return render(request, "people/list.html", {"list": list_page(request, table, person_filter), "may_add": may_add})


def _nobody(searched: bool, may_add: bool) -> dict[str, str]:
    if searched:
        text = gettext("Try fewer words, or only part of a name.")
        return {
            "title": gettext("No people match your search"),
            "text": text,
            "url": reverse("people"),
            "action": gettext("Show all people"),
        }
    text = gettext("People appear here as they join a team, sponsor a residency or are asked to sign.")
    add = {"url": reverse("person-add"), "action": gettext("Add a person")} if may_add else {}
    return {"title": gettext("No people on record yet"), "text": text, **add}


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
            messages.info(request, gettext("%(name)s is already on record with this address. This is their page.") % {"name": known.name})
        else:
            messages.success(request, gettext("%(name)s was added.") % {"name": added[0].name})
        return redirect("person", pk=added[0].pk)
    return render(request, "people/add.html", {"form": form}, status=form.status)


@needs("people.edit_person", _person)
def edit(request: HttpRequest, person: Person) -> HttpResponse:
    """Change what is known of a person; says so when somebody else did first."""
    form = PersonForm(request.POST or None, record=person, guarded=bool(addresses.asked_to_sign(person)))
    if form.carried_out(lambda: edit_person(person, shown_revision=form.shown_revision, by=request.user, **form.facts)):
        messages.success(request, gettext("Saved."))
        return redirect("person", pk=person.pk)
    return render(request, "people/edit.html", {"form": form, "person": person, "guarded": "email" not in form.fields})


def _account(user: User, pk: int) -> User:
    return get_object_or_404(User, pk=pk)


def _change(user: User, change: int) -> AddressChange:
    return get_object_or_404(AddressChange.objects.select_related("person__user", "requested_by", "decided_by"), pk=change)


@needs("people.edit_person", _person)
def person_address(request: HttpRequest, person: Person) -> HttpResponse:
    """Change where mail to a person goes; while they are asked to sign, ask a second account."""
    return _address(request, person, AddressChange.Kind.MAIL, person.email, reverse("person", args=[person.pk]))


@needs("people.administer", _account)
def account_address(request: HttpRequest, account: User) -> HttpResponse:
    """Change the address with which an account signs in. Its password and sessions end, and a link to choose a new one is sent."""
    if request.method == "POST":
        person = person_of(account, by=request.user)
    else:  # looking makes nobody
        person = Person.objects.filter(user=account).first() or Person(name=account.name, user=account)
    return _address(request, person, AddressChange.Kind.SIGN_IN, account.email, reverse("admin:people_user_change", args=[account.pk]))


def _address(request: HttpRequest, person: Person, kind: str, current: str, back: str) -> HttpResponse:
    asked = addresses.asked_to_sign(person) if person.pk else []
    form = AddressForm(request.POST or None)
    changes: list[AddressChange] = []
    if form.carried_out(lambda: changes.append(addresses.change_address(person, by=request.user, kind=kind, **form.facts))):
        if changes[0].is_waiting:
            messages.info(
                request, gettext("Request sent. The address changes once another member of lab staff confirms it; we have emailed them.")
            )
        else:
            messages.success(
                request, gettext("Changed the address for %(name)s to %(email)s.") % {"name": person.name, "email": changes[0].to_address}
            )
        return redirect(back)
    waiting = person.address_changes.filter(state=AddressChange.State.WAITING).first() if person.pk else None
    context = {"person": person, "form": form, "asked": asked, "current": current, "back": back, "waiting": waiting}
    context["signs_in"] = kind == AddressChange.Kind.SIGN_IN
    if asked:
        form.verb = gettext("Ask a colleague to confirm")
    return render(request, "people/address.html", context, status=form.status)


@needs("people.view_address_change", _change)
def address_change(request: HttpRequest, change: AddressChange) -> HttpResponse:
    """A change that waits: who asked for it and why; then yes or no by another member of lab staff."""
    may = request.user.has_perm("people.confirm_address")
    over = addresses.findings_before_confirming(change, by=request.user) if may else []
    is_own = change.requested_by_id == request.user.pk
    form = AddressAnswerForm(request.POST if may and request.method == "POST" else None, may_confirm=not over, is_own=is_own)
    if form.carried_out(lambda: _answer(change, form, request)):
        return redirect("person", pk=change.person_id)
    context = {
        "change": change,
        "form": form,
        "asked": addresses.asked_to_sign(change.person),
        "may": may,
        "over": over,
        "is_own": is_own,
    }
    return render(request, "people/address_change.html", context, status=form.status)


def _answer(change: AddressChange, form: AddressAnswerForm, request: HttpRequest) -> None:
    if form.cleaned_data["answer"] == "yes":
        addresses.confirm_address_change(change, by=request.user)
        params = {"email": change.to_address, "name": change.person.name}
        messages.success(
            request,
            gettext("Confirmed %(email)s. Links sent to %(name)s before no longer work; send a new one from the agreement.") % params,
        )
    else:
        addresses.refuse_address_change(change, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, gettext("Refused. The address has not changed."))


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
        messages.success(
            request, gettext("%(name)s has left the lab. %(to)s took over their responsibilities, and their account is closed.") % params
        )
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
        messages.success(request, gettext("Records merged. Everything is now under %(name)s.") % {"name": person.name})
        return redirect("person", pk=person.pk)
    context |= {"form": form, "changes": merging.preview(person, other), "findings": merging.findings_before_merging(person, other)}
    return render(request, "people/merge.html", context, status=form.status)
