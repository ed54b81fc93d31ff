"""Who stands before a page: a subject's reader, or a party that came by its link or with its own account."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from agreements import codes
from agreements.actions import Witness
from agreements.models import (
    AgreementVersion,
    Amendment,
    HandOver,
    Invitation,
    InvitationToken,
    PaperAgreement,
    SigningCode,
    TemplateRole,
    WrongPerson,
)
from agreements.party_sessions import PartySession, is_own
from ledger import subjects
from ledger.models import Stream
from people.models import Person
from web import kept_text
from web.access import Access

Row = TypeVar("Row")
SESSION_KEY = "invited"
BROWSER_KEY = "browser"
SESSION_SECONDS = 8 * 60 * 60
SIDE_BY_SIDE = 5


def stream_of(user: Any, reference: str, **rest: Any) -> Stream:
    """The stream of the subject with this reference. Http404 for one that this account may not know of."""
    for kind in subjects.kinds():
        rows = Stream.objects.select_related(kind.related_name).order_by()
        stream = rows.filter(kind=kind.name, **{f"{kind.related_name}__reference": reference}).first()
        if stream and user.has_perm(kind.view_permission, subjects.subject_of(stream)):
            return stream
    raise Http404(reference)


def agreement_of(user: Any, reference: str, **rest: Any) -> AgreementVersion:
    """The newest version of the standing agreement about the subject with this reference, or Http404."""
    return _or_404(newest_of(stream_of(user, reference)), reference)


def newest_of(stream: Stream) -> AgreementVersion | None:
    """The newest version of the standing agreement about what `stream` is about; one query."""
    standing = AgreementVersion.objects.filter(agreement__stream=stream, agreement__voided_at=None)
    return _whole(standing).order_by("-agreement__pk", "-number").first()


def version_of(user: Any, reference: str, number: int) -> AgreementVersion:
    """Version `number` of the agreement about the subject with this reference, or Http404."""
    versions = AgreementVersion.objects.filter(agreement__stream=stream_of(user, reference), number=number)
    return _or_404(_whole(versions).order_by("-agreement").first(), reference)


def draft_of(user: Any, reference: str, **rest: Any) -> AgreementVersion:
    """The draft of the standing agreement, or Http404 once there is none."""
    version = agreement_of(user, reference)
    if not version.is_draft:
        raise Http404(reference)
    return version


@dataclass(frozen=True)
class Seat:
    """A role of a draft, and who fills it now."""

    version: AgreementVersion
    role: TemplateRole
    holder: Person | None


def seat_of(user: Any, reference: str, role: int) -> Seat:
    """The role of a draft with this id, or Http404."""
    return _seat(draft_of(user, reference), role)


def open_seat_of(user: Any, reference: str, role: int) -> Seat:
    """The role with this id of a version that is out for signing, or Http404."""
    version = agreement_of(user, reference)
    if not version.is_open:
        raise Http404(reference)
    return _seat(version, role)


def _seat(version: AgreementVersion, role: int) -> Seat:
    row = _or_404(version.roles.select_related("role").filter(role=role).first(), role)
    held = version.agreement.parties.filter(role=role, to_at=None).select_related("person").first()
    return Seat(version, row.role, held.person if held else None)


def hand_over_of(user: Any, reference: str, hand_over: int) -> HandOver:
    """A hand-over in an agreement about the subject with this reference, or Http404."""
    hand_overs = HandOver.objects.select_related(
        "party__person",
        "party__role",
        "decided_by",
        "proposed_by",
        "version__agreement__template_version",
        *subject_paths("version__agreement__stream"),
    ).filter(pk=hand_over, version__agreement__stream=stream_of(user, reference))
    return _or_404(hand_overs.first(), reference)


def wrong_person_of(user: Any, reference: str, wrong_person: int) -> WrongPerson:
    """What somebody said who came by a link of an agreement about this subject, or Http404."""
    about = "link__invitation__version__agreement"
    reports = WrongPerson.objects.select_related(
        "link__invitation__party__person", "link__invitation__party__role", f"{about}__template_version", *subject_paths(f"{about}__stream")
    ).filter(pk=wrong_person, **{f"{about}__stream": stream_of(user, reference)})
    return _or_404(reports.first(), reference)


def invitation_of(user: Any, reference: str, invitation: int) -> Invitation:
    """An invitation to a version about the subject with this reference, or Http404."""
    invitations = invitations_to_show().filter(pk=invitation, version__agreement__stream=stream_of(user, reference))
    return _or_404(invitations.first(), reference)


def amendment_of(user: Any, reference: str, amendment: int) -> Amendment:
    """An amendment of an agreement about the subject with this reference, or Http404."""
    amendments = Amendment.objects.with_everything().filter(pk=amendment, version__agreement__stream=stream_of(user, reference))
    return _or_404(amendments.first(), reference)


def paper_of(user: Any, reference: str, paper: int) -> PaperAgreement:
    """An agreement signed on paper about the subject with this reference, or Http404."""
    papers = PaperAgreement.objects.select_related("recorded_by", "confirmed_by", *subject_paths("stream"))
    return _or_404(papers.filter(pk=paper, stream=stream_of(user, reference)).first(), reference)


def earlier_version_of(user: Any, reference: str, agreement: int, number: int) -> AgreementVersion:
    """Version `number` of the subject's agreement numbered `agreement`, void ones too, or Http404."""
    stream = stream_of(user, reference)
    versions = _whole(AgreementVersion.objects.filter(agreement__stream=stream, agreement__number=agreement, number=number))
    return _or_404(versions.first(), reference)


def _or_404(row: Row | None, sought: object) -> Row:
    if row is None:
        raise Http404(sought)
    return row


def _whole(versions: Any) -> Any:
    return versions.select_related("agreement__template_version__template", "previous", *subject_paths("agreement__stream"))


def subject_paths(stream: str) -> list[str]:
    """Paths that bring what a stream is about along with it, whatever kind that is."""
    return [f"{stream}__{kind.related_name}" for kind in subjects.kinds()]


PARTY_PATHS = ("party__person", "version__agreement__template_version")


def invitations_to_show() -> Any:
    """With all that a page shows of them; an act reads the rest itself, under its lock."""
    shown = ("party__role", "decline", "version__agreement__template_version__template")
    return Invitation.objects.select_related(*PARTY_PATHS, *shown, *subject_paths("version__agreement__stream"))


class Visitor(PartySession):
    """A party before its agreement, in the browser that asks for a page."""

    @cached_property
    def code(self) -> SigningCode | None:
        """The one-time code that was typed in this browser and lets it sign (EL-28)."""
        return codes.verified(self.invitation, self.browser) if self.invitation.version.asks_for_code else None

    @property
    def needs_code(self) -> bool:
        return self.invitation.version.asks_for_code and self.code is None

    def witness(self, request: HttpRequest, *, behind_trusted_proxy: bool) -> Witness:
        """What is put on record of an act that this request asks for (EL-27)."""
        return Witness(
            address=request.META.get("REMOTE_ADDR", ""),
            behind_trusted_proxy=behind_trusted_proxy,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            method=self.method,
            link=self.link,
            user=self.user,
            code=self.code.pk if self.code else None,
        )


def begin_visit(request: HttpRequest, link: InvitationToken) -> None:
    """Let this browser's session into one more invitation and nothing else, under a fresh key (D2.2).

    Visits stand side by side: opening a second link, or the same again, ends neither what is being written in another tab
    nor the one-time code that was just asked for. Each ends after eight hours by itself.
    """
    visits = {**_visits(request), str(link.invitation_id): {"link": link.pk, "until": time.time() + SESSION_SECONDS}}
    request.session.cycle_key()
    request.session[SESSION_KEY] = dict([*visits.items()][-SIDE_BY_SIDE:])
    request.session.set_expiry(SESSION_SECONDS)


def ended_visit(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser came by last and that has ended meanwhile: its holder may read why."""
    came_by = [int(invitation) for invitation in _visits(request)]
    ended = {row.pk: row for row in Invitation.objects.select_related(*PARTY_PATHS).filter(pk__in=came_by) if not row.is_live}
    return next((ended[pk] for pk in reversed(came_by) if pk in ended), None)


def end_visit(request: HttpRequest) -> None:
    kept_text.forget_browser(request)
    request.session.flush()


def _visits(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """The visits that are open in this browser, by invitation; sessions of an earlier release held one alone."""
    visits = request.session.get(SESSION_KEY, {})
    if "invitation" in visits:
        visits = {str(visits["invitation"]): {"link": visits["link"], "until": time.time() + SESSION_SECONDS}}
    return {invitation: visit for invitation, visit in visits.items() if visit["until"] > time.time()}


def visitor_for(request: HttpRequest, invitation: int) -> Visitor | None:
    """Who asks, if that is the party of this invitation; None for anybody else, staff and administrators too."""
    visit = _visits(request).get(str(invitation))
    rows = invitations_to_show() if request.method in ("GET", "HEAD") else Invitation.objects.select_related(*PARTY_PATHS)
    link_stands = InvitationToken.objects.filter(invitation=OuterRef("pk"), pk=visit["link"] if visit else 0, revoked_at=None)
    row = rows.filter(pk=invitation).annotate(link_stands=Exists(link_stands)).first()
    if row is None or not row.is_live:
        return None
    browser = request.session.get(BROWSER_KEY, "")
    if request.user.is_authenticated:
        return Visitor(row, "account", user=request.user, browser=browser) if is_own(row.party.person, request.user) else None
    return Visitor(row, "link", link=visit["link"], browser=browser) if visit and row.link_stands else None


def browser_of(request: HttpRequest) -> str:
    """What this browser's session alone holds, made when it is first asked for: codes are bound to it."""
    return request.session.setdefault(BROWSER_KEY, secrets.token_urlsafe(16))


def invited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is for the party of one invitation: it is called `view(request, visitor)`.

    Anybody else, whether the invitation exists or not, is sent to a page that says how to come in.
    """

    @wraps(view)
    def guarded(request: HttpRequest, invitation: int, **kwargs: Any) -> HttpResponse:
        visitor = visitor_for(request, invitation)
        if visitor is None:
            kept_text.turn_away(request, kept_text.of_invitation(invitation))
            return HttpResponseRedirect(reverse("sign-closed"))
        response = view(request, visitor, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    guarded.access = Access("invited")  # type: ignore[attr-defined]
    return guarded
