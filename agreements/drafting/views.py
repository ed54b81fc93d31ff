"""The agreement as lab operations and readers of its subject see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from acts.act import Actor, together
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.drafting import signing_order as drafting_signing_order
from agreements.drafting.forms import ConditionsForm, HeaderForm, PartyForm, PrepareForm, SigningOrderForm, VersionForm
from agreements.invitations import actions as invitations_actions
from agreements.invitations.addresses import changes_for
from agreements.models import Agreement, AgreementVersion, PaperAgreement, Seal, SealedDocument, State, TemplateVersion
from agreements.versions import records
from agreements.versions.document import reading_room, template_room
from agreements.versions.lookups import RoleSlot, back_to, draft_of, newest_of, page, role_slot_of, stream_of, version_of
from agreements.versions.progress import signing_progress, stages
from ledger import subjects
from ledger.models import Stream
from people.actions import add_person
from people.models import Person, User
from web.access import needs
from web.paging import words_sought

FOUND = 20


# ── Where it stands ──────────────────────────────────────────────────────────────────────────


@needs("agreements.view_agreement", stream_of)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, stream: Stream) -> HttpResponse:
    """No agreement yet, a draft with what it lacks, or where each party stands (EL-31)."""
    version = newest_of(stream)
    if version is None:
        return _prepare(request, stream)
    rows = signing_progress(version)
    context: dict[str, Any] = {
        **_on_paper(request, stream),
        "version": version,
        "rows": rows,
        "signers": [row for row in rows if row.role.must_sign],
        "informed": [row for row in rows if row.party and not row.role.must_sign],
        "signed": sum(row.signature is not None for row in rows),
        "versions": version.agreement.versions.order_by("-number"),
        "holding": version.agreement.versions.filter(state=State.IN_FORCE).exclude(pk=version.pk).first(),
        "waiting": version.amendments.open().count(),
        "conditions": reading_room(version).unique_conditions if version.is_draft else [],
        "seal": Seal.objects.filter(version=version).first(),
        "document": SealedDocument.objects.filter(version=version).first(),
        "findings": sending.findings_before_circulating(version) if version.is_draft else [],
        "stages": stages(rows),
        "address_changes": changes_for(version.agreement, [row.party.person_id for row in rows if row.party], waiting=True),
    }
    return page(request, "draft" if version.is_draft else "status", stream, **context)


def _prepare(request: HttpRequest, stream: Stream) -> HttpResponse:
    """Make the agreement, or say what stands in the way (EL-13, EL-20)."""
    may = request.user.has_perm("agreements.prepare", stream)
    if request.method == "POST" and not may:
        raise PermissionDenied
    findings = subjects.findings_before("prepare_agreement", stream, timezone.localdate())
    voided = Agreement.objects.filter(stream=stream, voided_at__isnull=False).order_by("-number").first()
    form = PrepareForm(request.POST if request.method == "POST" else None, subject_kind=stream.kind, voided=voided)

    def prepare() -> AgreementVersion:
        before = voided if form.cleaned_data.get("take_over") else None
        return drafting_actions.prepare(stream, form.cleaned_data["template"], by=request.user, instead_of=before)

    if form.carried_out(prepare):
        messages.success(request, _("The draft is ready. Name the parties, then send it to them."))
        return back_to(form.result)
    findings = form.findings or findings
    status = 409 if may and findings and request.method == "POST" else 200
    context = {"form": form, "findings": findings, "may_prepare": may, "voided": voided, **_on_paper(request, stream)}
    return page(request, "prepare", stream, status=status, **context)


def _on_paper(request: HttpRequest, stream: Stream) -> dict[str, Any]:
    """The scans of agreements signed on paper about this subject, and whether one may be added."""
    papers = list(PaperAgreement.objects.filter(stream=stream).select_related("recorded_by", "confirmed_by"))
    may = request.user.has_perm("agreements.record_paper", stream) and not any(paper.withdrawn_at is None for paper in papers)
    return {"papers": papers, "may_record_paper": may}


@needs("agreements.view_agreement", version_of)
@require_GET
def version(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The whole of one version, to read and to print; a draft says that it is one."""
    records.compare(version)
    return page(request, "version", version.agreement.stream, version=version, room=reading_room(version), rows=signing_progress(version))


# ── Working on the draft ─────────────────────────────────────────────────────────────────────


def _edit(request: HttpRequest, version: AgreementVersion, form: Any, act: Callable[[], Any], *, title: str, lead: str) -> HttpResponse:
    """One form that edits the draft: saved, stale or refused."""
    if form.carried_out(act):
        messages.success(request, _("Saved."))
        return back_to(version)
    return page(request, "edit", version.agreement.stream, version=version, form=form, title=title, lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def header(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Ministry, business area, product (EL-21)."""
    form = HeaderForm(request.POST or None, record=version)

    def act() -> None:
        drafting_actions.edit_header(version, form.facts, expected=form.expected, by=request.user)

    lead = _("These lines stand at the head of the agreement.")
    return _edit(request, version, form, act, title=_("Header of the agreement"), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """What holds for this agreement alone (EL-21)."""
    form = ConditionsForm(request.POST or None, record=version)

    def act() -> None:
        drafting_actions.set_conditions(version, form.conditions, expected=form.expected, by=request.user)

    lead = _("Terms that hold for this agreement alone. Empty a text to take a condition out.")
    return _edit(request, version, form, act, title=_("Unique conditions"), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def signing_order(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Who signs when, and whether with a code (EL-28, EL-30)."""
    form = SigningOrderForm(request.POST or None, record=version)

    def act() -> None:
        code = form.cleaned_data["code_required"]
        drafting_signing_order.set_signing_order(version, form.stages, code_required=code, expected=form.expected, by=request.user)

    lead = _("People who are kept informed get a copy to read when the agreement is sent for signature.")
    return _edit(request, version, form, act, title=_("Who signs when"), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_GET
def parties(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Every role and who fills it (EL-22)."""
    return page(request, "parties", version.agreement.stream, version=version, rows=signing_progress(version))


@needs("agreements.edit_draft", role_slot_of)
@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, slot: RoleSlot) -> HttpResponse:
    """Name who fills one role: somebody the lab knows, or somebody new (EL-22)."""
    sought = words_sought(request)
    people = _people(sought)
    form = PartyForm(request.POST or None, people=people, holder=slot.holder)
    if form.carried_out(lambda: _name(slot, form, request)):
        return redirect("agreement-parties", slot.version.agreement.subject.reference)
    stream = slot.version.agreement.stream
    context = {"version": slot.version, "slot": slot, "form": form, "people": people, "sought": sought}
    return page(request, "party", stream, status=form.status, **context)


def _name(slot: RoleSlot, form: PartyForm, request: HttpRequest) -> None:
    with together():
        person = _chosen(form, request.user)
        drafting_actions.set_party(
            slot.version, slot.role, person, instead_of=form.cleaned_data["instead_of"], acknowledged=form.cleaned_data["acknowledged"],
            by=request.user,
        )  # fmt: skip
    if person:
        messages.success(request, _("%(name)s fills this role now.") % {"name": person})
    else:
        messages.info(request, _("No person is named for this role yet: %(role)s.") % {"role": slot.role.label})


def _people(query: str) -> list[Person]:
    """The first few people whose name or address holds `query`."""
    people = Person.objects.matching(query) if query else Person.objects.none()
    return list(people[:FOUND])


def _chosen(form: PartyForm, by: Actor) -> Person | None:
    """Whom the form names: a new person, a known one, or nobody."""
    data = form.cleaned_data
    if data["name"]:
        return add_person(name=data["name"], email=data["email"], title=data["title"], organisation=data["organisation"], by=by)
    return data["person"]


@needs("agreements.circulate", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Say what sending does, then do it (EL-13, EL-26)."""
    form = VersionForm(request.POST or None, record=version, verb=_("Send it to the parties"))
    rows = signing_progress(version)
    if form.carried_out(lambda: sending.circulate(version, expected=form.expected, by=request.user)):
        messages.success(request, _("The agreement is on its way. Each party gets a link of its own."))
        return back_to(version)
    findings = form.findings
    if form.refusal is None:
        findings = [*sending.findings_before_circulating(version), *sending.findings_on_new_signers(version, by=request.user)]
    now = invitations_actions.whose_turn_it_is(rows)
    later = [row for row in rows if row.party and row not in now]
    context = {"form": form, "rows": now, "later": later, "findings": findings}
    status = 409 if findings and request.method == "POST" else 200
    return page(request, "circulate", version.agreement.stream, status=status, version=version, **context)


# ── Templates ────────────────────────────────────────────────────────────────────────────────


def _template_version(user: User, slug: str, number: int) -> TemplateVersion:
    return get_object_or_404(TemplateVersion.objects.select_related("template"), template__slug=slug, number=number)


@needs("agreements.preview_template", _template_version)
@require_GET
def template_preview(request: HttpRequest, version: TemplateVersion) -> HttpResponse:
    """A version of a template as a party would read it (EL-20)."""
    context = {"version": version, "room": template_room(version), "roles": version.own_roles.order_by("position")}
    return render(request, "agreements/template_preview.html", context)
