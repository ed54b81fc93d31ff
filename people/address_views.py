"""Pages on which an email address is changed, and confirmed by a second account where one has to (OP-03)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people import address_changes as acts
from people import addresses
from people.actions import person_of
from people.forms import AddressAnswerForm, AddressForm
from people.models import AddressChange, Person, User
from web.access import needs


def _person(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("user"), pk=pk)


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
    if form.carried_out(lambda: changes.append(acts.change_address(person, by=request.user, kind=kind, **form.facts))):
        if changes[0].is_waiting:
            messages.info(
                request, _("Request sent. The address changes once another member of lab staff confirms it; we have emailed them.")
            )
        else:
            messages.success(
                request, _("Changed the address for %(name)s to %(email)s.") % {"name": person.name, "email": changes[0].to_address}
            )
        return redirect(back)
    waiting = person.address_changes.filter(state=AddressChange.State.WAITING).first() if person.pk else None
    context = {"person": person, "form": form, "asked": asked, "current": current, "back": back, "waiting": waiting}
    context["signs_in"] = kind == AddressChange.Kind.SIGN_IN
    if asked:
        form.verb = _("Ask a colleague to confirm")
    return render(request, "people/address.html", context, status=form.status)


@needs("people.view_address_change", _change)
def address_change(request: HttpRequest, change: AddressChange) -> HttpResponse:
    """A change that waits: who asked for it and why; then yes or no by another member of lab staff."""
    may = request.user.has_perm("people.confirm_address")
    over = acts.findings_before_confirming(change, by=request.user) if may else []
    form = AddressAnswerForm(request.POST if may and request.method == "POST" else None)
    if form.carried_out(lambda: _answer(change, form, request)):
        return redirect("person", pk=change.person_id)
    context = {
        "change": change,
        "form": form,
        "asked": addresses.asked_to_sign(change.person),
        "may": may,
        "over": over,
        "is_own": change.requested_by_id == request.user.pk,
    }
    return render(request, "people/address_change.html", context, status=form.status)


def _answer(change: AddressChange, form: AddressAnswerForm, request: HttpRequest) -> None:
    if form.cleaned_data["answer"] == "yes":
        acts.confirm_address_change(change, by=request.user)
        params = {"email": change.to_address, "name": change.person.name}
        messages.success(
            request, _("Confirmed %(email)s. Links sent to %(name)s before no longer work; send a new one from the agreement.") % params
        )
    else:
        acts.refuse_address_change(change, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Refused. The address has not changed."))
