"""What agreements give the lab to do, and by when signatures are due (people/todo.py)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.invitations.reminders import unsigned as unsigned_invitations
from agreements.models import (
    PARTNERSHIP,
    Agreement,
    AgreementVersion,
    Amendment,
    Clause,
    Comment,
    Decline,
    HandOver,
    Invitation,
    Seal,
    Signature,
    Stance,
    State,
    Thread,
    WrongPerson,
)
from dates.database import end_of, start_of
from people.todo import MOST, OPS, TODO, WEEK, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads

# ── Signatures ───────────────────────────────────────────────────────────────────────────────────


@TODO.add
def unsigned(today: datetime.date) -> list[Line]:
    """Versions that are out for signing, and drafts that were not sent, the oldest first; one query."""
    rows = AgreementVersion.objects.filter(state__in=[State.CIRCULATED, State.DRAFT], agreement__voided_at=None)
    invited = unsigned_invitations().filter(version=OuterRef("pk")).order_by("made_at")
    counted = rows.select_related("agreement__template_version", *with_leads("agreement__stream")).annotate(
        wanted=Count("roles", filter=Q(roles__must_sign=True), distinct=True),
        given=Count("signatures", distinct=True),
        asked_at=Subquery(invited.values("made_at")[:1]),
    )
    return [_version_line(row, today) for row in counted.order_by("pk")[:MOST] if row.agreement.goes_on]


def _version_line(version: Any, today: datetime.date) -> Line:
    subject = version.agreement.subject
    of_version: dict[str, Any] = {
        "key": f"version/{version.pk}", "url": version.agreement.get_absolute_url(), "roles": OPS, "about": about(subject),
    }  # fmt: skip
    if version.state == State.DRAFT:
        title, verb = _("Agreement drafted, not sent yet"), _("Finish and send the draft")
        return Line(title=title, verb=verb, since=timezone.localdate(version.made_at), **of_version)
    left = version.wanted - version.given
    params = {**version.agreement.template_version.words.params, "count": left, "given": version.given, "wanted": version.wanted}
    title = ngettext("%(count)d %(signature)s outstanding", "%(count)d %(signatures)s outstanding", left) % params
    note = _("%(given)d of %(wanted)d have %(signed)s") % params
    due_on = _sign_by(version.asked_at, version.agreement.template_version.signing_days) if version.asked_at else None
    return Line(
        title=title, note=note, verb=_("Send reminders"), since=timezone.localdate(version.circulated_at or version.made_at),
        due_on=due_on, waits=due_on is None or due_on > today + WEEK, **of_version,
    )  # fmt: skip


def _sign_by(asked_at: datetime.datetime, days: int) -> datetime.date:
    return timezone.localdate(asked_at) + datetime.timedelta(days=days)


LONGEST_TO_SIGN = datetime.timedelta(days=366)


@dates_of(DateKind.SIGNATURE)
def signatures_due(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """By when parties were asked to sign, an entry a version and day; one query."""
    of_version = "version__agreement__"
    asked = unsigned_invitations().filter(made_at__gte=start_of(start - LONGEST_TO_SIGN), made_at__lt=end_of(end))
    rows = scope.of(asked, f"{of_version}stream").select_related(f"{of_version}template_version", *with_leads(f"{of_version}stream"))
    days: dict[tuple[datetime.date, int], list[Invitation]] = defaultdict(list)
    for row in rows.order_by("made_at", "pk")[: scope.most]:
        if start <= row.sign_by <= end and row.version.agreement.goes_on:
            days[row.sign_by, row.version_id].append(row)
    return [_signatures_entry(on, rows_of_day) for (on, _version), rows_of_day in sorted(days.items())]


def _signatures_entry(on: datetime.date, rows: list[Invitation]) -> Entry:
    params = {**rows[0].version.agreement.template_version.words.params, "count": len(rows)}
    title = ngettext("%(count)d %(signature)s due", "%(count)d %(signatures)s due", len(rows)) % params
    key = f"signatures-{rows[0].version_id}-{on:%Y%m%d}"
    return Entry(key, DateKind.SIGNATURE.value, on, title, state=DateState.DUE.value, **_on_agreement(rows[0].version))


@dates_of(DateKind.AGREEMENT)
def days_in_force(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """The days on which agreements came into force; one query."""
    came = AgreementVersion.objects.filter(in_force_at__gte=start_of(start), in_force_at__lt=end_of(end), agreement__voided_at=None)
    rows = scope.of(came, "agreement__stream").select_related(*with_leads("agreement__stream")).defer("canonical")
    return [
        Entry(
            key=f"in-force-{row.pk}",
            kind=DateKind.AGREEMENT.value,
            on=timezone.localdate(row.in_force_at),
            title=_("Agreement in force"),
            state=DateState.DONE.value,
            **_on_agreement(row),
        )
        for row in rows.order_by("in_force_at", "pk")[: scope.most]
    ]


# ── What parties answered ────────────────────────────────────────────────────────────────────────


@TODO.add
def answers(today: datetime.date) -> list[Line]:
    """What parties said instead of signing, and what waits for an answer of the lab (EL-29); three queries."""
    declines = Decline.objects.filter(
        invitation__revoked_at=None, invitation__version__state=State.CIRCULATED, invitation__party__to_at=None
    )
    signed = Signature.objects.filter(version=OuterRef("version__content_sha256"), role=OuterRef("party__role"))
    hand_overs = HandOver.objects.filter(~Exists(signed), state=HandOver.State.PROPOSED, version__state=State.CIRCULATED, party__to_at=None)
    wrong = WrongPerson.objects.filter(settled_at=None, link__invitation__revoked_at=None)
    return [
        *(_declined(row) for row in _with_subject(declines, "invitation__")),
        *(_handing_over(row) for row in _with_subject(hand_overs, "")),
        *(_wrong_person(row) for row in _with_subject(wrong, "link__invitation__")),
    ]


def _with_subject(rows: Any, path: str) -> Any:
    paths = (f"{path}party__person", f"{path}version__agreement__template_version")
    return rows.select_related(*paths, *with_leads(f"{path}version__agreement__stream")).order_by("pk")[:MOST]


def _declined(decline: Decline) -> Line:
    return Line(
        key=f"decline/{decline.pk}",
        title=_("%(who)s declined to %(sign)s the agreement")
        % {**_verb(decline.invitation.version), "who": decline.invitation.party.person},
        verb=_("Follow up"),
        since=timezone.localdate(decline.declined_at),
        asked=True,
        roles=OPS,
        **_on_agreement(decline.invitation.version),
    )


def _handing_over(hand_over: HandOver) -> Line:
    params = {**_verb(hand_over.version), "who": hand_over.party.person, "to": hand_over.name}
    return Line(
        key=f"hand-over/{hand_over.pk}",
        title=_("%(who)s wants %(to)s to %(sign)s instead") % params,
        verb=_("Confirm or refuse"),
        since=timezone.localdate(hand_over.proposed_at),
        asked=True,
        **_on_agreement(hand_over.version),
    )


def _wrong_person(report: WrongPerson) -> Line:
    return Line(
        key=f"wrong-person/{report.pk}",
        title=_("The link for %(who)s reached the wrong person") % {"who": report.link.invitation.party.person},
        verb=_("Check the link"),
        since=timezone.localdate(report.said_at),
        asked=True,
        roles=OPS,
        **_on_agreement(report.link.invitation.version),
    )


def _verb(version: AgreementVersion) -> dict[str, Any]:
    return version.agreement.template_version.words.params


def _on_agreement(version: AgreementVersion, page: str = "agreement", *args: Any) -> dict[str, Any]:
    """What is so of every line about a version: which page settles it, and whose it is."""
    subject = version.agreement.subject
    return {"url": reverse(page, args=[version.agreement.place, *args]), "about": about(subject)}


# ── Changes, discussions, seals ──────────────────────────────────────────────────────────────────


@TODO.add
def amendments_to_decide(today: datetime.date) -> list[Line]:
    """Agreements with proposed changes that wait for a decision, the oldest first; one query (EL-25)."""
    rows = AgreementVersion.objects.filter(amendments__state=Amendment.State.OPEN, agreement__voided_at=None)
    waiting = rows.select_related(*with_leads("agreement__stream")).annotate(open=Count("amendments"), since=Min("amendments__proposed_at"))
    return [_to_decide(row) for row in waiting.order_by("since")[:MOST] if row.agreement.goes_on]


def _to_decide(version: Any) -> Line:
    params = {"count": version.open}
    title = ngettext("%(count)d proposed change to the agreement", "%(count)d proposed changes to the agreement", version.open)
    return Line(
        key=f"amendments/{version.pk}",
        title=title % params,
        verb=ngettext("Decide on %(count)d change", "Decide on %(count)d changes", version.open) % params,
        since=timezone.localdate(version.since),
        asked=True,
        roles=OPS,
        **_on_agreement(version, "agreement-amendments"),
    )


@TODO.add
def talks_to_answer(today: datetime.date) -> list[Line]:
    """Agreements with open talks in which a party had the last word or still finds the clause misaligned, the oldest first (EL-24).

    One query. Talk about words that a later version changed waits for nobody.
    """
    last = Comment.objects.filter(thread=OuterRef("pk")).order_by("-pk").values("account")[:1]
    words = {"text": OuterRef("clause__text"), "heading": OuterRef("clause__heading"), "version__agreement": OuterRef("agreement")}
    standing = Clause.objects.filter(**words, version__state__in=[State.CIRCULATED, State.IN_FORCE])
    misaligned = Stance.objects.filter(
        value=Stance.Value.MISALIGNED, to_at=None, party__to_at=None, **{f"clause__{name}": value for name, value in words.items()}
    )
    rows = Thread.objects.filter(Q(clause=None) | Exists(standing), resolved_at=None, agreement__voided_at=None)
    rows = rows.annotate(answered_by=Subquery(last), misaligned=Exists(misaligned)).filter(Q(answered_by=None) | Q(misaligned=True))
    threads_by_agreement: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related(*with_leads("agreement__stream")).order_by("opened_at")[: 5 * MOST]:
        if row.agreement.goes_on:
            threads_by_agreement[row.agreement_id].append(row)
    return [_to_answer(threads) for threads in list(threads_by_agreement.values())[:MOST]]


def _to_answer(threads: list[Any]) -> Line:
    subject, misaligned, count = threads[0].agreement.subject, sum(thread.misaligned for thread in threads), len(threads)
    title = ngettext("%(count)d open discussion on the agreement", "%(count)d open discussions on the agreement", count)
    note = ngettext("%(count)d clause marked as misaligned", "%(count)d clauses marked as misaligned", misaligned)
    return Line(
        key=f"discussions/{threads[0].agreement_id}",
        title=title % {"count": count},
        note=note % {"count": misaligned} if misaligned else "",
        verb=ngettext("Reply to %(count)d discussion", "Reply to %(count)d discussions", count) % {"count": count},
        url=reverse("agreement-alignment", args=[threads[0].agreement.place]),
        since=timezone.localdate(threads[0].opened_at),
        asked=True,
        roles=OPS,
        about=about(subject),
    )


@TODO.add
def unsealed(today: datetime.date) -> Iterator[Line]:
    """Documents that can't be sealed without a person, the oldest first; one query (EL-31)."""
    rows = Seal.objects.waits_for_people().select_related(*with_leads("version__agreement__stream")).order_by("wanted_at")
    for seal in rows[:MOST]:
        yield Line(
            key=f"seal/{seal.pk}",
            title=_("The agreement couldn’t be sealed"),
            verb=_("Resolve the sealing problem"),
            since=timezone.localdate(seal.wanted_at),
            asked=True,
            roles=OPS,
            **_on_agreement(seal.version, "agreement-seal", seal.version.number),
        )


@TODO.add
def voided(today: datetime.date) -> list[Line]:
    """Subjects under way whose agreement was made void and not replaced yet, the oldest first; one query (EL-33)."""
    newer = Agreement.objects.filter(stream=OuterRef("stream"), purpose=OuterRef("purpose"), number__gt=OuterRef("number"))
    rows = (
        Agreement.objects.filter(voided_at__isnull=False, purpose=PARTNERSHIP).exclude(Exists(newer)).select_related(*with_leads("stream"))
    )
    return [
        Line(
            key=f"void/{row.pk}",
            title=_("The last agreement is void"),
            verb=_("Prepare a new agreement"),
            url=reverse("agreement", args=[row.subject.reference]),
            since=timezone.localdate(row.voided_at),
            asked=True,
            roles=OPS,
            about=about(row.subject),
        )
        for row in rows.order_by("voided_at")[:MOST]
        if row.subject.is_under_way
    ]
