"""A party reads and signs (EL-23, EL-27)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreements.discussion.party_views import may
from agreements.discussion.queries import discussion
from agreements.invitations import actions as invitations_actions
from agreements.invitations import codes
from agreements.invitations.sessions import BROWSER_KEY, PartySession, browser_of, invited
from agreements.models import HandOver, Party, Signature, SigningCode
from agreements.signing import actions as signing_actions
from agreements.signing import codes as signing_codes
from agreements.signing import delegation
from agreements.signing.forms import DeclineForm, HandOverForm, SigningForm
from agreements.versions import records
from agreements.versions.diff import changes
from agreements.versions.document import ReadingRoom, reading_room
from agreements.versions.progress import how_far, signing_progress
from ledger import subjects
from web.acts import carry_out, press, refusal_page
from web.kept_text import never_kept
from web.templatetags.portal import pacific_time


def context_of(visitor: PartySession, **more: Any) -> dict[str, Any]:
    invitation = visitor.invitation
    version = invitation.version
    return {
        "visitor": visitor,
        "invitation": invitation,
        "party": invitation.party,
        "version": version,
        "agreement": version.agreement,
        "template": version.agreement.template_version,
        "room": reading_room(version, invitation.party),
        "signature": _signature(visitor),
        "changed": {change.number: change for change in changes(version)},
        "signed_before": _signed_before(visitor),
        "in_place_of": _in_place_of(invitation.party),
        "guide": subjects.kind_of(version.agreement.stream).guide,
        **more,
    }


def _in_place_of(party: Party) -> dict[str, Any] | None:
    """For whom a delegate signs, why, and who confirmed it when; None for whoever was asked in the first place (EL-29)."""
    before = party.delegated_from
    if before is None:
        return None
    hand_over = HandOver.objects.filter(to_party=party).first()
    return {
        "person": before.person,
        "reason": hand_over.reason if hand_over else "",
        "confirmed_by": party.confirmed_by,
        "since": party.from_at,
    }


def _signature(visitor: PartySession) -> Signature | None:
    version, party = visitor.invitation.version, visitor.invitation.party
    return Signature.objects.filter(version=version, role=party.role_id).first()


def _signed_before(visitor: PartySession) -> Signature | None:
    """What this party gave to the version before, which does not count for this one (EL-25)."""
    version, party = visitor.invitation.version, visitor.invitation.party
    return Signature.objects.filter(version=version.previous, party=party).first() if version.previous else None


@invited
@require_GET
def welcome(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Who you are, what this is, how long it takes, where you stand."""
    rows = signing_progress(visitor.invitation.version)
    mine = next((row.hand_over for row in rows if row.party == visitor.invitation.party), None)
    signed = visitor.invitation.party.role_id in {row.role.role_id for row in rows if row.signature}
    late = not signed and visitor.invitation.sign_by < timezone.localdate()
    more = {"hand_over": mine, "late": late, "code_waits": _code_waiting(request, visitor)}
    return render(request, "agreements/sign_welcome.html", context_of(visitor, rows=rows, **more))


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """The reading room; each press of a button marks one section, all down to it, or all that are left, as read.

    With the last one the code that signing asks for is on its way, as the page announced.
    """
    if request.method != "POST":
        records.compare(visitor.invitation.version)
    context = context_of(visitor)
    if request.method != "POST":
        version, party = visitor.invitation.version, visitor.invitation.party
        agreement_discussion = discussion(version, party)
        more = {"discussion": agreement_discussion, "rows": signing_progress(version, agreement_discussion.troubles()), **may(visitor)}
        more["code_waits"] = _code_waiting(request, visitor)
        return render(request, "agreements/sign_read.html", {**context, **more})
    room = context["room"]
    numbers = _pressed(request, room)
    result = carry_out(lambda: invitations_actions.mark_read(visitor.invitation, numbers, by=visitor))
    if not result:
        return refusal_page(request, result, back=reverse("sign", args=[visitor.invitation.pk]))
    left = [number for number in room.unread_numbers if number not in numbers]
    if not left:
        if visitor.invitation.may_sign and visitor.needs_code:
            signing_codes.code_on_its_way(visitor.invitation, browser_of(request), by=visitor)
        return HttpResponseRedirect(reverse("sign-sign" if visitor.invitation.may_sign else "sign", args=[visitor.invitation.pk]))
    following = next((number for number in left if numbers and number > numbers[-1]), left[0])
    return HttpResponseRedirect(f"{reverse('sign-read', args=[visitor.invitation.pk])}#section-{following}")


def _pressed(request: HttpRequest, room: ReadingRoom) -> list[int]:
    """The sections that a button speaks of: one, all down to here, or every one."""
    section, upto = request.POST.get("section", ""), request.POST.get("upto", "")
    if section == "all":
        return room.unread_numbers
    if upto.isdecimal():
        return room.unread_upto(int(upto[:9]))
    return [int(section[:9])] if section.isdecimal() else []


@never_kept
@invited
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Code, name, intent, signature. A wrong code is counted, and what else was typed stays in the form."""
    if request.method != "POST":
        records.compare(visitor.invitation.version)
        if _signature(visitor):
            return HttpResponseRedirect(reverse("sign-done", args=[visitor.invitation.pk]))
        if not visitor.invitation.may_sign:
            return _start(visitor)
    misaligned = _misaligned(visitor)
    form = _signing_form(request, visitor, misaligned)
    if form.is_valid() and _takes_code(form, visitor):
        witness = visitor.witness(request, behind_trusted_proxy=settings.TRUSTED_PROXIES > 0)
        if form.carried_out(lambda: signing_actions.sign(visitor.invitation, form.intent, witness)):
            return HttpResponseRedirect(reverse("sign-done", args=[visitor.invitation.pk]))
        if not visitor.needs_code:  # it was right, and is not asked for again
            form.fields.pop("code", None)
    if "signed-already" in {finding.code for finding in form.findings} or (form.errors and _signature(visitor)):
        return HttpResponseRedirect(reverse("sign-done", args=[visitor.invitation.pk]))
    rows = signing_progress(visitor.invitation.version)
    context = context_of(visitor, rows=rows, form=form, findings=form.findings, misaligned=misaligned, **_code_first(request, visitor))
    return render(request, "agreements/sign_sign.html", context, status=form.status)


def _signing_form(request: HttpRequest, visitor: PartySession, misaligned: Any) -> SigningForm:
    hint = escape(_code_hint(_code_waiting(request, visitor))) if visitor.needs_code else ""
    name = escape(visitor.invitation.party.person.name)
    version = visitor.invitation.version
    return SigningForm(
        request.POST or None, version=version, name=name, code=visitor.needs_code, code_hint=hint, misaligned=bool(misaligned)
    )


def _takes_code(form: SigningForm, visitor: PartySession) -> bool:
    """Whether nothing is wrong with the code that was typed, if one was; signing itself says when one is missing."""
    typed = form.cleaned_data.get("code", "")
    if not typed:
        return True
    findings = signing_codes.enter_code(visitor.invitation, typed, visitor.browser, by=visitor)
    visitor.look_for_code_again()
    if findings:
        form.refuse_code(findings)
    return not findings


def _code_first(request: HttpRequest, visitor: PartySession) -> dict[str, Any]:
    """Whether a code has to be sent before there is anything to type, to where, and why the last one is worth nothing."""
    if request.method == "POST" or not visitor.needs_code or _code_waiting(request, visitor):
        return {"code_first": False}
    ended = signing_codes.why_not(codes.newest(visitor.invitation, visitor.browser))
    return {"code_first": True, "code_ended": ended, "address": codes.masked_address(visitor.invitation.party.person.email)}


def _misaligned(visitor: PartySession) -> Any:
    """The clauses that the party finds misaligned; the whole discussion is read only where the party has said anything of one."""
    version, party = visitor.invitation.version, visitor.invitation.party
    return discussion(version, party).my_misaligned if party.stances.filter(to_at=None).exists() else []


@invited
@require_GET
def done(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """What was signed and what happens next."""
    rows = signing_progress(visitor.invitation.version)
    left = sum(row.is_missing for row in rows)
    wanted = sum(row.role.must_sign for row in rows)
    context = context_of(visitor, rows=rows, left=left)
    context["how_far"] = how_far(wanted - left, wanted, context["template"].words)
    context["after_signing"] = subjects.kind_of(context["agreement"].stream).after_signing
    if not context["signature"]:
        return HttpResponseRedirect(reverse("sign", args=[visitor.invitation.pk]))
    return render(request, "agreements/sign_done.html", context)


@invited
@require_GET
def paper(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """The whole version to read and print, with each party's date (EL-31)."""
    records.compare(visitor.invitation.version)
    return render(request, "agreements/sign_paper.html", context_of(visitor, rows=signing_progress(visitor.invitation.version)))


@invited
@require_POST
def send(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Send a code to the address on record, and nowhere else; with scripts the page stays, and what was typed on it."""
    ask = lambda: signing_codes.ask_for_code(visitor.invitation, browser_of(request), by=visitor)
    if not request.htmx:  # type: ignore[attr-defined]
        return press(request, ask, to=reverse("sign-sign", args=[visitor.invitation.pk]))
    findings = carry_out(ask).findings
    return HttpResponse(escape(" ".join(f"{f.message} {f.remedy}" for f in findings) or _code_hint(_code_waiting(request, visitor))))


def _code_waiting(request: HttpRequest, visitor: PartySession) -> SigningCode | None:
    """The code that this browser may still type; None when none was sent, or none is needed."""
    return codes.waiting(visitor.invitation, request.session.get(BROWSER_KEY, "")) if visitor.needs_code else None


def _code_hint(code: SigningCode | None) -> str:
    """Where a code went and how long it works."""
    if code is None:
        return _("The code no longer works. Ask for another one.")
    params = {
        "address": code.sent_to,
        "time": pacific_time(code.asked_at),
        "until": pacific_time(code.expires_at) if code.expires_at else "",
    }
    if code.expires_at:
        return _("Sent to %(address)s at %(time)s. It works until %(until)s Pacific time.") % params
    return _("On its way to %(address)s. It works for ten minutes once it is sent.") % params


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Say what declining does, then do it with the reason."""
    words = visitor.invitation.version.agreement.template_version.words
    form = DeclineForm(request.POST or None, words=words)
    if form.carried_out(lambda: delegation.decline(visitor.invitation, form.cleaned_data["reason"], by=visitor)):
        messages.success(request, _("You declined to %(sign)s. The lab will get an email with your reason.") % words.params)
        return _start(visitor)
    return _form(request, visitor, "sign_decline", form)


@invited
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, visitor: PartySession) -> HttpResponse:
    """Propose who should sign instead; lab operations confirm. Whoever has asked already is led to where that stands."""
    asked = HandOver.objects.filter(version=visitor.invitation.version, party=visitor.invitation.party, state=HandOver.State.PROPOSED)
    if request.method != "POST" and asked.exists():
        return _start(visitor)
    words = visitor.invitation.version.agreement.template_version.words
    form = HandOverForm(request.POST or None, words=words)
    if form.carried_out(lambda: delegation.propose_hand_over(visitor.invitation, **form.facts, by=visitor)):
        messages.success(
            request,
            _("Request sent to the lab. You’ll get an email when they answer. Until then, you can still %(sign)s yourself.") % words.params,
        )
        return _start(visitor)
    return _form(request, visitor, "sign_hand_over", form)


def _form(request: HttpRequest, visitor: PartySession, name: str, form: Any) -> HttpResponse:
    context = context_of(visitor, form=form)
    # What was typed stays on the page, with why it is refused, even when there is nothing left to answer.
    if request.method != "POST" and (not visitor.invitation.may_sign or context["signature"]):
        return _start(visitor)
    return render(request, f"agreements/{name}.html", context, status=form.status_or_422)


def _start(visitor: PartySession) -> HttpResponse:
    return HttpResponseRedirect(reverse("sign", args=[visitor.invitation.pk]))
