"""Who stands before a page: a subject's reader, or a party that came by its link or with its own account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import register_converter

from agreements.models import (
    PARTNERSHIP,
    Agreement,
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
from ledger.subjects import SubjectConverter
from people.models import Person, User

Row = TypeVar("Row")
OTHER = re.compile(r"(?P<subject>.+)-A(?P<number>[0-9]{1,4})")


@dataclass(frozen=True)
class Place:
    """What the address of an agreement names: a subject's partnership, or with a `number` one of its other agreements."""

    stream: Stream
    number: int | None = None

    @property
    def is_partnership(self) -> bool:
        return self.number is None

    def about(self, path: str = "") -> Q:
        """Return a condition: the agreement at `path` from a row, which ends with two underscores, is one of this place."""
        if self.number is None:
            return Q(**{f"{path}stream": self.stream, f"{path}purpose": PARTNERSHIP})
        return Q(**{f"{path}stream": self.stream, f"{path}number": self.number}) & ~Q(**{f"{path}purpose": PARTNERSHIP})


class PlaceConverter:
    """The part of an address that names an agreement; views get its `Agreement.place`.

    The partnership is at `residencies/XL-2026-014/agreement`, any other agreement at `residencies/XL-2026-014/agreements/2`.
    """

    regex = r"[a-z][a-z-]*/[^/]+/(?:agreement|agreements/[0-9]{1,4})"

    def to_python(self, value: str) -> str:
        head, _word, number = value.partition("/agreements/")
        reference: str = SubjectConverter().to_python(head.removesuffix("/agreement"))
        return f"{reference}-A{int(number)}" if number else reference

    def to_url(self, place: str) -> str:
        match = OTHER.fullmatch(place)
        if match is None:
            return f"{SubjectConverter().to_url(place)}/agreement"
        return f"{SubjectConverter().to_url(match['subject'])}/agreements/{match['number']}"


register_converter(PlaceConverter, "agreement")


def place_or_404(user: User, reference: str, **rest: Any) -> Place:
    """Return the place that an address names. Http404 for a subject that this account may not know of."""
    match = OTHER.fullmatch(reference)
    stream: Stream = subjects.subject_or_404(user, match["subject"] if match else reference).stream
    return Place(stream, int(match["number"]) if match else None)


def partnership_of(user: User, reference: str, **rest: Any) -> Stream:
    """Return the stream, for what only the partnership has. Http404 for the place of another agreement."""
    place = place_or_404(user, reference)
    if not place.is_partnership:
        raise Http404(reference)
    return place.stream


def stream_of(user: User, reference: str, **rest: Any) -> Stream:
    """The stream of the subject that an agreement's address names. Http404 for one that this account may not know of."""
    return place_or_404(user, reference).stream


def agreement_of(user: User, reference: str, **rest: Any) -> AgreementVersion:
    """The newest version of the standing agreement about the subject with this reference, or Http404."""
    return _or_404(newest_of(place_or_404(user, reference)), reference)


def newest_of(place: Place) -> AgreementVersion | None:
    """The newest version of the standing agreement at a place; one query."""
    standing = AgreementVersion.objects.filter(place.about("agreement__"), agreement__voided_at=None)
    return _whole(standing).order_by("-agreement__pk", "-number").first()


def other_agreements(about: Agreement | Stream) -> QuerySet[Agreement]:
    """Return a subject's standing agreements of other purposes than this one's, with the `state` of the newest version of each; one query."""
    stream, purpose = (about.stream, about.purpose) if isinstance(about, Agreement) else (about, PARTNERSHIP)
    newest = AgreementVersion.objects.filter(agreement=OuterRef("pk")).order_by("-number").values("state")[:1]
    rows = Agreement.objects.current().filter(stream=stream).exclude(purpose=purpose)
    return rows.select_related("template_version", *subjects.with_subject("stream")).annotate(state=Subquery(newest)).order_by("number")


def version_of(user: User, reference: str, number: int) -> AgreementVersion:
    """Version `number` of the agreement about the subject with this reference, or Http404."""
    versions = AgreementVersion.objects.filter(place_or_404(user, reference).about("agreement__"), number=number)
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
        parties.filter(place_or_404(user, reference).about("agreement__"), pk=party, to_at=None, agreement__voided_at=None).first(), party
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
    ).filter(place_or_404(user, reference).about("version__agreement__"), pk=hand_over)
    return _or_404(hand_overs.first(), reference)


def wrong_person_of(user: User, reference: str, wrong_person: int) -> WrongPerson:
    """What somebody said who came by a link of an agreement about this subject, or Http404."""
    about = "link__invitation__version__agreement"
    reports = WrongPerson.objects.select_related(
        "link__invitation__party__person",
        "link__invitation__party__role",
        f"{about}__template_version",
        *subjects.with_subject(f"{about}__stream"),
    ).filter(place_or_404(user, reference).about(f"{about}__"), pk=wrong_person)
    return _or_404(reports.first(), reference)


def invitation_of(user: User, reference: str, invitation: int) -> Invitation:
    """An invitation to a version about the subject with this reference, or Http404."""
    invitations = invitations_to_show().filter(place_or_404(user, reference).about("version__agreement__"), pk=invitation)
    return _or_404(invitations.first(), reference)


def amendment_of(user: User, reference: str, amendment: int) -> Amendment:
    """An amendment of an agreement about the subject with this reference, or Http404."""
    amendments = Amendment.objects.with_everything().filter(place_or_404(user, reference).about("version__agreement__"), pk=amendment)
    return _or_404(amendments.first(), reference)


def paper_of(user: User, reference: str, paper: int) -> PaperAgreement:
    """An agreement signed on paper about the subject with this reference, or Http404."""
    papers = PaperAgreement.objects.select_related("recorded_by", "confirmed_by", *subjects.with_subject("stream"))
    return _or_404(papers.filter(pk=paper, stream=partnership_of(user, reference)).first(), reference)


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
    place = request.resolver_match.kwargs["reference"] if request.resolver_match else subject.reference
    frame = {"base": subjects.kind_of(stream).base, "subject": subject, stream.kind: subject, "tab": "agreement", "agreement_place": place}
    context = frame | context
    return render(request, f"agreements/{name}.html", context, status=status)


def back_to(version: AgreementVersion) -> HttpResponse:
    return redirect(version.agreement)
