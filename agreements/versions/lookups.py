"""Who stands before a page: a subject's reader, or a party that came by its link or with its own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from agreements.models import (
    AgreementVersion,
    Amendment,
    HandOver,
    Invitation,
    PaperAgreement,
    Party,
    TemplateRole,
    WrongPerson,
)
from ledger import subjects
from ledger.models import Stream
from people.models import Person, User

Row = TypeVar("Row")


def stream_of(user: User, reference: str, **rest: Any) -> Stream:
    """The stream of the subject with this reference. Http404 for one that this account may not know of."""
    stream: Stream = subjects.subject_or_404(user, reference).stream
    return stream


def agreement_of(user: User, reference: str, **rest: Any) -> AgreementVersion:
    """The newest version of the standing agreement about the subject with this reference, or Http404."""
    return _or_404(newest_of(stream_of(user, reference)), reference)


def newest_of(stream: Stream) -> AgreementVersion | None:
    """The newest version of the standing agreement about what `stream` is about; one query."""
    standing = AgreementVersion.objects.filter(agreement__stream=stream, agreement__voided_at=None)
    return _whole(standing).order_by("-agreement__pk", "-number").first()


def version_of(user: User, reference: str, number: int) -> AgreementVersion:
    """Version `number` of the agreement about the subject with this reference, or Http404."""
    versions = AgreementVersion.objects.filter(agreement__stream=stream_of(user, reference), number=number)
    return _or_404(_whole(versions).order_by("-agreement").first(), reference)


def draft_of(user: User, reference: str, **rest: Any) -> AgreementVersion:
    """The draft of the standing agreement, or Http404 once there is none."""
    version = agreement_of(user, reference)
    if not version.is_draft:
        raise Http404(reference)
    return version


@dataclass(frozen=True)
class RoleSlot:
    """A role of a version, and who fills it now."""

    version: AgreementVersion
    role: TemplateRole
    holder: Person | None


def party_of(user: User, reference: str, party: int) -> Party:
    """Who fills a role of the standing agreement, or Http404."""
    parties = Party.objects.select_related("person", "role", *subjects.with_subject("agreement__stream"))
    return _or_404(
        parties.filter(pk=party, to_at=None, agreement__voided_at=None, agreement__stream=stream_of(user, reference)).first(), party
    )


def open_role_slot_of(user: User, reference: str, role: int) -> RoleSlot:
    """The role with this id of a version that is out for signing, or Http404."""
    version = agreement_of(user, reference)
    if not version.is_open:
        raise Http404(reference)
    return _role_slot(version, role)


def _role_slot(version: AgreementVersion, role: int) -> RoleSlot:
    row = _or_404(version.roles.select_related("role").filter(role=role).first(), role)
    held = version.agreement.parties.filter(role=role, to_at=None).select_related("person").first()
    return RoleSlot(version, row.role, held.person if held else None)


def hand_over_of(user: User, reference: str, hand_over: int) -> HandOver:
    """A hand-over in an agreement about the subject with this reference, or Http404."""
    hand_overs = HandOver.objects.select_related(
        "party__person",
        "party__role",
        "decided_by",
        "proposed_by",
        "version__agreement__template_version",
        *subjects.with_subject("version__agreement__stream"),
    ).filter(pk=hand_over, version__agreement__stream=stream_of(user, reference))
    return _or_404(hand_overs.first(), reference)


def wrong_person_of(user: User, reference: str, wrong_person: int) -> WrongPerson:
    """What somebody said who came by a link of an agreement about this subject, or Http404."""
    about = "link__invitation__version__agreement"
    reports = WrongPerson.objects.select_related(
        "link__invitation__party__person",
        "link__invitation__party__role",
        f"{about}__template_version",
        *subjects.with_subject(f"{about}__stream"),
    ).filter(pk=wrong_person, **{f"{about}__stream": stream_of(user, reference)})
    return _or_404(reports.first(), reference)


def invitation_of(user: User, reference: str, invitation: int) -> Invitation:
    """An invitation to a version about the subject with this reference, or Http404."""
    invitations = invitations_to_show().filter(pk=invitation, version__agreement__stream=stream_of(user, reference))
    return _or_404(invitations.first(), reference)


def amendment_of(user: User, reference: str, amendment: int) -> Amendment:
    """An amendment of an agreement about the subject with this reference, or Http404."""
    amendments = Amendment.objects.with_everything().filter(pk=amendment, version__agreement__stream=stream_of(user, reference))
    return _or_404(amendments.first(), reference)


def paper_of(user: User, reference: str, paper: int) -> PaperAgreement:
    """An agreement signed on paper about the subject with this reference, or Http404."""
    papers = PaperAgreement.objects.select_related("recorded_by", "confirmed_by", *subjects.with_subject("stream"))
    return _or_404(papers.filter(pk=paper, stream=stream_of(user, reference)).first(), reference)


def earlier_version_of(user: User, reference: str, agreement: int, number: int) -> AgreementVersion:
    """Version `number` of the subject's agreement numbered `agreement`, void ones too, or Http404."""
    stream = stream_of(user, reference)
    versions = _whole(AgreementVersion.objects.filter(agreement__stream=stream, agreement__number=agreement, number=number))
    return _or_404(versions.first(), reference)


def _or_404(row: Row | None, sought: object) -> Row:
    if row is None:
        raise Http404(sought)
    return row


def _whole(versions: Any) -> Any:
    return versions.select_related("agreement__template_version__template", "previous", *subjects.with_subject("agreement__stream"))


PARTY_PATHS = ("party__person", "version__agreement__template_version")


def invitations_to_show() -> Any:
    """With all that a page shows of them; an act reads the rest itself, under its lock."""
    shown = ("party__role", "decline", "version__agreement__template_version__template")
    return Invitation.objects.select_related(*PARTY_PATHS, *shown, *subjects.with_subject("version__agreement__stream"))


def page(request: HttpRequest, name: str, stream: Stream, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page under the agreement's subject, with its head and tabs."""
    subject = subjects.subject_of(stream)
    context |= {"base": subjects.kind_of(stream).base, "subject": subject, stream.kind: subject, "tab": "agreement"}
    return render(request, f"agreements/{name}.html", context, status=status)


def back_to(version: AgreementVersion) -> HttpResponse:
    return redirect(version.agreement)
