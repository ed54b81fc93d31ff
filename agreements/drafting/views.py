"""The agreement as lab operations and readers of its subject see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acts.act import Actor, together
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.drafting import signing_order as drafting_signing_order
from agreements.drafting.forms import ConditionsForm, HeaderForm, PrepareForm, SigningOrderForm, VersionForm
from agreements.drafting.parties import Naming, NoteForm, PartiesForm, SignatoriesForm, Slot, proposed_slots
from agreements.invitations import actions as invitations_actions
from agreements.invitations.addresses import changes_for
from agreements.models import Agreement, AgreementVersion, PaperAgreement, Party, Seal, SealedDocument, Signatory, State, TemplateVersion
from agreements.versions import records
from agreements.versions.conversations import open_url
from agreements.versions.document import reading_room, template_room
from agreements.versions.lookups import Place, back_to, draft_of, newest_of, other_agreements, page, party_of, place_or_404, version_of
from agreements.versions.progress import signing_progress, stages, with_notes
from ledger import subjects
from ledger.models import Stream
from people.actions import add_person
from people.identity import line_for
from people.models import Person, User
from web.access import needs
from web.acts import press, run

FOUND = 20


# ── Where it stands ──────────────────────────────────────────────────────────────────────────


@needs("agreements.view_agreement", place_or_404)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, place: Place) -> HttpResponse:
    """No agreement yet, a draft with what it lacks, or where each party stands (EL-31)."""
    version, stream = newest_of(place), place.stream
    if version is None:
        return _prepare(request, stream) if place.is_partnership else _void(place)
    rows = signing_progress(version)
    if request.user.has_perm("agreements.keep_notes", stream):
        rows = with_notes(rows)
    context: dict[str, Any] = {
        **(_on_paper(request, stream) if place.is_partnership else {}),
        "version": version,
        "others": other_agreements(version.agreement),
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


def _void(place: Place) -> HttpResponse:
    """Lead to the last version of an agreement that is void. Http404 if there never was one."""
    version = AgreementVersion.objects.filter(place.about("agreement__")).select_related("agreement").order_by("-number").first()
    if version is None:
        raise Http404
    return redirect("agreement-earlier", version.agreement.place, version.agreement.number, version.number)


def _prepare(request: HttpRequest, stream: Stream) -> HttpResponse:
    """Make the agreement, or say what stands in the way (EL-13, EL-20)."""
    may = request.user.has_perm("agreements.prepare", stream)
    if request.method == "POST" and not may:
        raise PermissionDenied
    findings = subjects.findings_before("prepare_agreement", stream, timezone.localdate())
    voided = Agreement.objects.of(stream).filter(voided_at__isnull=False).order_by("-number").first()
    sent, asked = request.POST if request.method == "POST" else None, {"template": request.GET.get("template")}
    form = PrepareForm(sent, subject_kind=stream.kind, voided=voided, initial=asked)

    def prepare() -> AgreementVersion:
        before = voided if form.cleaned_data.get("take_over") else None
        return drafting_actions.prepare(stream, form.cleaned_data["template"], by=request.user, instead_of=before)

    if form.carried_out(prepare):
        messages.success(request, _("Draft prepared. Name the parties, then send it to them."))
        return back_to(form.result)
    findings = form.findings or findings
    status = 409 if may and findings and request.method == "POST" else 200
    context = {
        "form": form,
        "findings": findings,
        "may_prepare": may,
        "voided": voided,
        "others": other_agreements(stream),
        **_on_paper(request, stream),
    }
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
    context: dict[str, Any] = {
        "room": reading_room(version),
        "rows": signing_progress(version),
        "conversation_url": open_url(request, version),
    }
    return page(request, "version", version.agreement.stream, version=version, **context)


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
        drafting_actions.edit_header(version, form.facts, shown_revision=form.shown_revision, by=request.user)

    lead = _("These lines appear at the top of the agreement.")
    return _edit(request, version, form, act, title=_("Agreement header"), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """What holds for this agreement alone (EL-21)."""
    form = ConditionsForm(request.POST or None, record=version)

    def act() -> None:
        drafting_actions.set_conditions(version, form.conditions, shown_revision=form.shown_revision, by=request.user)

    lead = _("Terms that apply to this agreement only. To remove a condition, clear its heading and text.")
    return _edit(request, version, form, act, title=_("Unique conditions"), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def signing_order(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Who signs when, and whether with a code (EL-28, EL-30)."""
    form = SigningOrderForm(request.POST or None, record=version)

    def act() -> None:
        code = form.cleaned_data["code_required"]
        drafting_signing_order.set_signing_order(
            version, form.stages, code_required=code, shown_revision=form.shown_revision, by=request.user
        )

    lead = _("People who are kept informed get a copy to read when you send the agreement.")
    return _edit(request, version, form, act, title=capfirst(version.agreement.template_version.words.order), lead=lead)


@needs("agreements.edit_draft", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def parties(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Every role in signing order with a line for who fills it: proposed, on record or new; one press saves all (EL-22, EL-36)."""
    if request.htmx:  # type: ignore[attr-defined]
        return known_people_options(request)
    form = PartiesForm(request.POST or None, slots=proposed_slots(version, signing_progress(version)))

    def act() -> list[Party]:
        with together():
            people = people_for(form.namings, by=request.user)
            choices = {
                int(key): drafting_actions.Choice(person, naming.instead_of, naming.acknowledged)
                for key, (naming, person) in people.items()
            }
            return drafting_actions.set_parties(version, choices, by=request.user)

    if form.carried_out(act):
        messages.success(request, _("Parties saved."))
        return back_to(version)
    if isinstance(form.refusal, drafting_actions.PartiesRefused):
        form.refuse_roles({str(role): findings for role, findings in form.refusal.by_role.items()})
    return page(request, "parties", version.agreement.stream, status=form.status, version=version, form=form)


def people_for(namings: Mapping[str, Naming], *, by: Actor) -> dict[str, tuple[Naming, Person | None]]:
    """The person of each naming, whoever is new added to those on record; part of an act."""
    return {key: (naming, add_person(**naming.new._asdict(), by=by) if naming.new else naming.person) for key, naming in namings.items()}


def known_people_options(request: HttpRequest) -> HttpResponse:
    """People on record that fit what is being typed in a line, as options for it."""
    typed = next((value for name, value in request.GET.items() if name.startswith("who_")), "")
    people = people_on_record(" ".join(str(typed).replace("<", " ").replace(">", " ").split())[:100])
    options = [(line_for(person), ", ".join(filter(None, [person.title, person.organisation]))) for person in people]
    return render(request, "agreements/_people_options.html", {"options": options})


def people_on_record(query: str) -> list[Person]:
    """The first few people whose name or address holds `query`."""
    people = Person.objects.matching(query) if query else Person.objects.none()
    return list(people[:FOUND])


@needs("agreements.keep_signatories")
def signatories(request: HttpRequest) -> HttpResponse:
    """Who signs for the lab, once for every new agreement (EL-36)."""
    if request.htmx:  # type: ignore[attr-defined]
        return known_people_options(request)
    held = {row.role: row.person for row in Signatory.objects.filter(to_at=None).select_related("person")}
    slots = [Slot(str(n), label, holder=held.get(label)) for n, label in enumerate(drafting_actions.lab_roles(), 1)]
    form = SignatoriesForm(request.POST or None, slots=slots)
    labels = {slot.key: slot.label for slot in slots}

    def act() -> None:
        with together():
            people = people_for(form.namings, by=request.user)
            chosen = {labels[key]: (person, naming.instead_of) for key, (naming, person) in people.items()}
            drafting_actions.set_signatories(chosen, by=request.user)

    return run(
        request,
        form,
        act,
        done=_("Signatories saved. They’ll be suggested for every new agreement."),
        to="lab-signatories",
        page=lambda status: render(request, "agreements/signatories.html", {"form": form}, status=status),
    )


@require_POST
@needs("agreements.keep_notes", party_of)
def note(request: HttpRequest, party: Party) -> HttpResponse:
    """Add a note on a signer, for lab staff."""
    form = NoteForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return press(
        request,
        lambda: drafting_actions.add_note(party, text=text, by=request.user),
        done=_("Note added about %(name)s.") % {"name": party.person},
        to=party.agreement.get_absolute_url(),
    )


@needs("agreements.circulate", draft_of)
@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """Say what sending does, then do it (EL-13, EL-26)."""
    verb = version.agreement.template_version.words.params
    form = VersionForm(request.POST or None, record=version, verb=_("Send for %(signature)s") % verb)
    rows = signing_progress(version)
    if form.carried_out(lambda: sending.circulate(version, shown_revision=form.shown_revision, by=request.user)):
        sentence = _("Agreement sent for %(signature)s. Each party gets an email with their own link when it’s their turn.")
        messages.success(request, sentence % verb)
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
