"""Changes to an agreement that went out, as lab operations and readers of its subject see them (EL-25, EL-33, EL-34)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from acts.act import Actor, together
from agreements.amendments import actions, conversations, voiding
from agreements.amendments.forms import AcceptForm, ProposeForm, ProposeHeaderForm, ProposePartyForm, RejectForm, VoidForm
from agreements.drafting.views import people_on_record
from agreements.models import AgreementVersion, Amendment, Clause, Section
from agreements.versions import records
from agreements.versions.document import reading_room
from agreements.versions.history import changelog, places
from agreements.versions.lookups import Place, agreement_of, amendment_of, earlier_version_of, place_or_404
from agreements.versions.lookups import page as _page
from agreements.versions.progress import signing_progress
from outbox.queue import announcement, recipients
from people.actions import add_person
from people.picker import Picker
from residencies.models import Conversation
from web.access import needs
from web.forms import ActForm


def _to_list(version: AgreementVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("agreement-amendments", args=[version.agreement.place]))


@needs("agreements.view_agreement", agreement_of)
@require_GET
def amendments(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """What is proposed and waits, and what became of the rest (EL-25)."""
    rows = conversations.with_conversations(Amendment.objects.with_everything().filter(version__agreement=version.agreement))
    context: dict[str, Any] = {"open": [row for row in rows if row.is_open], "decided": [row for row in reversed(rows) if not row.is_open]}
    return _page(request, "amendments", version.agreement.stream, version=version, **context)


def place_of(version: AgreementVersion, request: HttpRequest) -> Clause | Section | None:
    """What the address names: a clause to change, or a section that gets a new one; None when it names nothing known."""
    if "clause" in request.GET:
        return version.clauses.select_related("section").filter(number=request.GET["clause"]).first()
    number = request.GET.get("section", "")
    return version.sections.filter(number=number).first() if number.isdecimal() and len(number) < 5 else None


@needs("agreements.propose_amendment", agreement_of)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Choose a clause, then write what it should say (EL-25, EL-34)."""
    stream, place = version.agreement.stream, place_of(version, request)
    if version.is_draft:
        return HttpResponseRedirect(version.agreement.get_absolute_url())
    conversation = conversations.conversation_of(request, version)
    if place is None:
        return _page(request, "propose_where", stream, version=version, places=places(version), conversation=conversation)
    form = ProposeForm(request.POST or None, version=version, place=place, initial=conversations.words_at_hand(conversation))
    if form.carried_out(lambda: _propose(version, form, conversation, by=request.user)):
        messages.success(request, _("Change proposed. Accept it once the parties agree."))
        return _to_list(version)
    if form.status != 200:
        form.read_again(version)
    context: dict[str, Any] = {"form": form, "place": place, "is_new": isinstance(place, Section), "conversation": conversation}
    return _page(request, "propose", stream, status=form.status, version=version, **context)


def _propose(version: AgreementVersion, form: ProposeForm, conversation: Conversation | None, *, by: Actor) -> None:
    with together():
        amendment = actions.propose_amendment(version, form.wording, **form.arguments, by=by)
        conversations.follow_up(conversation, amendment, by=by)


@needs("agreements.propose_amendment", agreement_of)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_beside(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Other words in the header, a later date, or a new party (EL-34)."""
    fields = {field["key"]: field for field in version.agreement.template_version.header_fields}
    field = fields.get(request.GET.get("field", ""))
    if version.is_draft:
        return HttpResponseRedirect(version.agreement.get_absolute_url())
    form: ProposeHeaderForm | ProposePartyForm
    if field:
        form = ProposeHeaderForm(request.POST or None, version=version, place=field)
    else:
        picker = Picker(request, people_on_record)
        if picker.is_asked:
            return picker.answer()
        form = ProposePartyForm(request.POST or None, version=version, picker=picker)
    if form.carried_out(lambda: _propose_beside(version, form, by=request.user)):
        messages.success(request, _("Change proposed. Accept it once the parties agree."))
        return _to_list(version)
    if form.status != 200:
        form.read_again(version)
    return _page(request, "propose_beside", version.agreement.stream, status=form.status, version=version, form=form, field=field)


def _propose_beside(version: AgreementVersion, form: ProposeHeaderForm | ProposePartyForm, *, by: Actor) -> None:
    with together():
        if isinstance(form, ProposePartyForm):
            facts = form.cleaned_data
            wording = form.wording_of(facts["person"] or add_person(name=facts["name"], email=facts["email"], by=by))
        else:
            wording = form.wording
        actions.propose_amendment(version, wording, **form.arguments, by=by)


@needs("agreements.decide_amendment", amendment_of)
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, amendment: Amendment) -> HttpResponse:
    """Say no, and why (EL-25)."""
    form = RejectForm(request.POST or None)
    if form.carried_out(lambda: actions.reject_amendment(amendment, reason=form.cleaned_data["reason"], by=request.user)):
        messages.success(request, _("Change rejected. %(name)s will get an email with your reason.") % {"name": amendment.proposer})
        return _to_list(amendment.version)
    return _page(request, "amendment_reject", amendment.version.agreement.stream, status=form.status, amendment=amendment, form=form)


@needs("agreements.propose_amendment", amendment_of)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, amendment: Amendment) -> HttpResponse:
    """Take back what the lab proposed (EL-25)."""
    form = ActForm(request.POST or None)
    if form.carried_out(lambda: actions.withdraw_amendment(amendment, by=request.user)):
        messages.success(request, _("Proposed change withdrawn."))
        return _to_list(amendment.version)
    return _page(request, "amendment_withdraw", amendment.version.agreement.stream, status=form.status, amendment=amendment, form=form)


@needs("agreements.decide_amendment", agreement_of)
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Say what accepting the chosen changes does, then make and send the next version (EL-25)."""
    keys = [key for key in request.GET.getlist("amendment") if key.isdecimal() and len(key) < 18]
    rows = list(Amendment.objects.with_everything().filter(version__agreement=version.agreement, pk__in=keys))
    if not rows:
        messages.warning(request, _("Select the changes you want to accept, then continue."))
        return _to_list(version)
    form = AcceptForm(request.POST or None, version=version)
    findings = actions.findings_before_accepting(version, rows, reason="shown", shown_sha256=str(version.content_sha256))
    accept = lambda: actions.accept_amendments(
        version, rows, reason=form.cleaned_data["reason"], shown_sha256=form.cleaned_data["shown_sha256"], by=request.user
    )
    if form.carried_out(accept):
        params = {"number": form.result.number}
        messages.success(request, _("Version %(number)d is on its way to every party, with a list of what changed.") % params)
        return HttpResponseRedirect(version.agreement.get_absolute_url())
    if form.refusal:
        findings = form.findings
        form.read_again(version)
    standing = signing_progress(version)
    accepting = lambda: actions.accept_amendments(version, rows, reason="–", shown_sha256=str(version.content_sha256), by=request.user)
    context: dict[str, Any] = {
        "form": form, "findings": findings, "amendments": rows, "next": version.number + 1,
        "signed": [row for row in standing if row.signature], "announcement": "" if findings else announcement(recipients(accepting)),
        "later": [row for row in standing if row.party and row.role.stage > 1],
    }  # fmt: skip
    status = 409 if findings and request.method == "POST" else 200
    return _page(request, "amendments_accept", version.agreement.stream, status=status, version=version, **context)


@needs("agreements.view_agreement", place_or_404)
@require_GET
def versions(request: HttpRequest, place: Place) -> HttpResponse:
    """Every version of every agreement at this place, what each changed, who asked for it and why (EL-25, EL-26)."""
    log = changelog(place)
    if not log:
        raise Http404
    return _page(request, "versions", place.stream, agreements=log)


@needs("agreements.view_agreement", earlier_version_of)
@require_GET
def earlier(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The whole of a version of an agreement that was replaced or made void (EL-33)."""
    records.compare(version)
    stream = version.agreement.stream
    return _page(request, "version", stream, version=version, room=reading_room(version), rows=signing_progress(version))


@needs("agreements.void", agreement_of)
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Say what making it void does, then do it (EL-33)."""
    form = VoidForm(request.POST or None, version=version)
    void = lambda: voiding.void_agreement(
        version.agreement, reason=form.cleaned_data["reason"], shown_state=form.cleaned_data["shown_state"], by=request.user
    )
    if form.carried_out(void):
        messages.success(request, _("The agreement is void. Nothing was deleted, and every party will get an email."))
        return HttpResponseRedirect(version.agreement.get_absolute_url())
    context: dict[str, Any] = {"form": form, "findings": form.findings, "consequences": _consequences(version)}
    return _page(request, "void", version.agreement.stream, status=form.status, version=version, **context)


def _consequences(version: AgreementVersion) -> list[str]:
    standing, recipients = version.agreement.in_force(), voiding.told_of_void(version.agreement)
    consequences: list[Any] = []
    verb = version.agreement.template_version.words.params
    if standing:
        consequences.append(_("Version %(number)d will no longer be in force.") % {"number": standing.number})
    if version.is_open:
        consequences.append(_("Version %(number)d is no longer open for %(signature)s.") % {**verb, "number": version.number})
    if recipients:
        sentence = ngettext(
            "%(count)d person will get an email with your reason: %(names)s.",
            "%(count)d people will get an email with your reason: %(names)s.",
            len(recipients),
        )
        consequences.append(sentence % {"count": len(recipients), "names": ", ".join(str(party.person) for party in recipients)})
    consequences.append(_("All versions and %(signatures)s are kept and can still be read.") % verb)
    consequences.append(_("You can start a new agreement with the same header, parties and unique conditions."))
    return consequences
