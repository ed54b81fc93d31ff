"""Lab operations let somebody else fill a role while the agreement is out for signing (EL-29)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acts.act import together
from agreements.drafting.views import people_on_record
from agreements.invitations import actions
from agreements.models import HandOver, WrongPerson
from agreements.signing import delegation
from agreements.signing.forms import HandOverAnswerForm, ReplaceForm, WrongPersonForm
from agreements.versions.lookups import RoleSlot, back_to, hand_over_of, open_role_slot_of, page, wrong_person_of
from outbox.queue import announcement, recipients
from people.actions import add_person
from people.models import Person
from people.picker import Picker
from web.access import needs


@needs("agreements.confirm_party", hand_over_of)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, hand_over: HandOver) -> HttpResponse:
    """Whom a party proposes and why; then yes, or no with the reason."""
    waits = hand_over.state == HandOver.State.PROPOSED
    over = delegation.findings_before_deciding(hand_over) if waits else []
    form = HandOverAnswerForm(request.POST or None, words=hand_over.version.agreement.template_version.words)
    if form.carried_out(lambda: _answer(hand_over, form, request)):
        return back_to(hand_over.version)
    known = Person.objects.known_at(hand_over.email)
    context: dict[str, Any] = {"version": hand_over.version, "hand_over": hand_over, "form": form, "known": known}
    confirming = lambda: delegation.confirm_hand_over(hand_over, acknowledged=True, by=request.user)
    asks = waits and not over and not form.is_bound
    context |= {"waits": waits, "over": over, "announcement": announcement(recipients(confirming)) if asks else ""}
    return page(request, "hand_over", hand_over.version.agreement.stream, status=form.status, **context)


def _answer(hand_over: HandOver, form: HandOverAnswerForm, request: HttpRequest) -> None:
    params = {**hand_over.version.agreement.template_version.words.params, "to": hand_over.name, "who": hand_over.party.person}
    if form.cleaned_data["answer"] == "yes":
        delegation.confirm_hand_over(hand_over, acknowledged=form.cleaned_data["acknowledged"], by=request.user)
        messages.success(
            request, _("Confirmed. %(to)s will %(sign)s in place of %(who)s and get an invitation when it’s their turn.") % params
        )
    else:
        delegation.refuse_hand_over(hand_over, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Refused. %(who)s is still the %(signer)s and will get an email with your reason.") % params)


@needs("agreements.keep_invitations", open_role_slot_of)
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, slot: RoleSlot) -> HttpResponse:
    """Name somebody else for a role of a version that is out for signing."""
    picker = Picker(request, lambda sought: [person for person in people_on_record(sought) if person != slot.holder])
    if picker.is_asked:
        return picker.answer()
    form = ReplaceForm(request.POST or None, picker=picker, holder=slot.holder)
    if form.carried_out(lambda: _replace(slot, form, request)):
        return back_to(slot.version)
    context = {"version": slot.version, "slot": slot, "form": form}
    context["confirmed_by_another"] = delegation.needs_confirmation(slot.version, slot.role)
    return page(request, "replace_party", slot.version.agreement.stream, status=form.status, **context)


def _replace(slot: RoleSlot, form: ReplaceForm, request: HttpRequest) -> None:
    facts = form.cleaned_data
    with together():
        person = facts["person"] or add_person(
            **{name: facts[name] for name in ("name", "email", "title", "organisation")}, by=request.user
        )
        outcome = delegation.replace_party(
            slot.version, slot.role, person, reason=facts["reason"], instead_of=facts["instead_of"],
            acknowledged=facts["acknowledged"], by=request.user,
        )  # fmt: skip
    if isinstance(outcome, HandOver):
        params = {**slot.version.agreement.template_version.words.params, "name": person, "who": outcome.party.person}
        messages.info(
            request,
            _(
                "Change sent for confirmation. Another member of lab staff will get an email to confirm %(name)s. Until then, %(who)s is still the %(signer)s."
            )
            % params,
        )
    else:
        messages.success(request, _("%(name)s is in this role now and will get an email.") % {"name": person})


@needs("agreements.keep_invitations", wrong_person_of)
@require_http_methods(["GET", "HEAD", "POST"])
def wrong_person(request: HttpRequest, report: WrongPerson) -> HttpResponse:
    """A link reached somebody else: end the invitation, or let it go on."""
    invitation = report.link.invitation
    form = WrongPersonForm(request.POST or None)
    if form.is_valid():
        actions.settle_wrong_person(report, end=form.cleaned_data["end"], by=request.user)
        messages.success(request, _("Saved."))
        return back_to(invitation.version)
    context: dict[str, Any] = {"version": invitation.version, "invitation": invitation, "report": report, "form": form}
    return page(request, "wrong_person", invitation.version.agreement.stream, **context)
