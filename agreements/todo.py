"""Agreements that wait for somebody, for the lab's home page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import (
    Agreement,
    AgreementVersion,
    Amendment,
    Clause,
    Comment,
    Decline,
    HandOver,
    Seal,
    Signature,
    Stance,
    State,
    Thread,
    WrongPerson,
)
from ledger import subjects
from residencies.listing.todo import MOST, Attention


def unsigned() -> list[Attention]:
    """Versions that are out for signing, and drafts that were not sent, the oldest first; one query."""
    owners = [f"agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    rows = AgreementVersion.objects.filter(state__in=[State.CIRCULATED, State.DRAFT], agreement__voided_at=None).select_related(*owners)
    wanted = Count("roles", filter=Q(roles__must_sign=True), distinct=True)
    counted = rows.annotate(wanted=wanted, given=Count("signatures", distinct=True)).order_by("pk")[:MOST]
    return [_about(row) for row in counted if row.agreement.subject.is_under_way]


def answers() -> list[Attention]:
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
    owners = [f"{path}version__agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    return rows.select_related(f"{path}party__person", *owners).order_by("pk")[:MOST]


def _declined(decline: Decline) -> Attention:
    subject = decline.invitation.version.agreement.subject
    params = {"who": decline.invitation.party.person, "subject": str(subject)}
    sentence = _("Contact %(who)s, who declined to sign the agreement for %(subject)s") % params
    return Attention(sentence, reverse("agreement", args=[subject.reference]), timezone.localdate(decline.declined_at))


def _handing_over(hand_over: HandOver) -> Attention:
    subject = hand_over.version.agreement.subject
    params = {"who": hand_over.party.person, "to": hand_over.name, "subject": str(subject)}
    sentence = _("Decide whether %(to)s signs for %(subject)s in place of %(who)s") % params
    url = reverse("agreement", args=[subject.reference])
    return Attention(sentence, url, timezone.localdate(hand_over.proposed_at))


def _wrong_person(report: WrongPerson) -> Attention:
    subject = report.link.invitation.version.agreement.subject
    params = {"who": report.link.invitation.party.person, "subject": str(subject)}
    sentence = _("Check the link of %(who)s for %(subject)s: it reached the wrong person") % params
    url = reverse("agreement", args=[subject.reference])
    return Attention(sentence, url, timezone.localdate(report.said_at))


def _about(version: Any) -> Attention:
    subject = version.agreement.subject
    params = {"subject": str(subject), "given": version.given, "wanted": version.wanted}
    if version.state == State.DRAFT:
        sentence, since = _("Send out the agreement for %(subject)s") % params, version.made_at
    else:
        sentence = _("Follow up on the agreement for %(subject)s: %(given)d of %(wanted)d have signed") % params
        since = version.circulated_at or version.made_at
    return Attention(sentence, reverse("agreement", args=[subject.reference]), timezone.localdate(since))


def amendments_to_decide() -> list[Attention]:
    """Agreements with proposed changes that wait for a decision, the oldest first; one query (EL-25)."""
    owners = [f"agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    rows = AgreementVersion.objects.filter(amendments__state=Amendment.State.OPEN, agreement__voided_at=None).select_related(*owners)
    waiting = rows.annotate(open=Count("amendments"), since=Min("amendments__proposed_at")).order_by("since")[:MOST]
    return [_to_decide(row) for row in waiting if row.agreement.subject.is_under_way]


def _to_decide(version: Any) -> Attention:
    params = {"count": version.open, "subject": str(version.agreement.subject)}
    sentence = ngettext(
        "Decide %(count)d proposed change of the agreement for %(subject)s",
        "Decide %(count)d proposed changes of the agreement for %(subject)s",
        version.open,
    )
    return Attention(
        sentence % params, reverse("agreement-amendments", args=[version.agreement.subject.reference]), timezone.localdate(version.since)
    )


def talks_to_answer() -> list[Attention]:
    """Agreements with open talks in which a party had the last word or still finds the clause misaligned, the oldest first (EL-24).

    One query. Talk about words that a later version changed waits for nobody.
    """
    owners = [f"agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    last = Comment.objects.filter(thread=OuterRef("pk")).order_by("-pk").values("account")[:1]
    words = {"text": OuterRef("clause__text"), "heading": OuterRef("clause__heading"), "version__agreement": OuterRef("agreement")}
    standing = Clause.objects.filter(**words, version__state__in=[State.CIRCULATED, State.IN_FORCE])
    misaligned = Stance.objects.filter(
        value=Stance.Value.MISALIGNED, to_at=None, party__to_at=None, **{f"clause__{name}": value for name, value in words.items()}
    )
    rows = Thread.objects.filter(Q(clause=None) | Exists(standing), resolved_at=None, agreement__voided_at=None)
    rows = rows.annotate(answered_by=Subquery(last), misaligned=Exists(misaligned)).filter(Q(answered_by=None) | Q(misaligned=True))
    threads_by_agreement: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related(*owners).order_by("opened_at")[: 5 * MOST]:
        if row.agreement.subject.is_under_way:
            threads_by_agreement[row.agreement_id].append(row)
    return [_to_answer(threads) for threads in list(threads_by_agreement.values())[:MOST]]


def _to_answer(threads: list[Any]) -> Attention:
    subject, misaligned = threads[0].agreement.subject, sum(thread.misaligned for thread in threads)
    params = {"count": len(threads), "subject": str(subject), "misaligned": misaligned}
    if misaligned:
        sentence = ngettext(
            "Reply to %(count)d discussion on the agreement for %(subject)s: a party finds %(misaligned)d misaligned",
            "Reply to %(count)d discussions on the agreement for %(subject)s: parties find %(misaligned)d misaligned",
            len(threads),
        )
    else:
        sentence = ngettext(
            "Reply to %(count)d discussion on the agreement for %(subject)s",
            "Reply to %(count)d discussions on the agreement for %(subject)s",
            len(threads),
        )
    return Attention(sentence % params, reverse("agreement-alignment", args=[subject.reference]), timezone.localdate(threads[0].opened_at))


def seals_to_mend() -> list[Attention]:
    """Documents that can't be sealed without a person, the oldest first; one query (EL-31)."""
    owners = [f"version__agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    rows = Seal.objects.waits_for_people().select_related(*owners).order_by("wanted_at")[:MOST]
    return [
        Attention(
            _("Help the sealed agreement for %(subject)s along: it could not be made") % {"subject": str(seal.version.agreement.subject)},
            reverse("agreement-seal", args=[seal.version.agreement.subject.reference, seal.version.number]),
            timezone.localdate(seal.wanted_at),
        )
        for seal in rows
    ]


def voided() -> list[Attention]:
    """Subjects under way whose agreement was made void and not replaced yet, the oldest first; one query (EL-33)."""
    owners = [f"stream__{kind.related_name}" for kind in subjects.kinds()]
    anew = Agreement.objects.filter(stream=OuterRef("stream"), number__gt=OuterRef("number"))
    rows = Agreement.objects.filter(voided_at__isnull=False).exclude(Exists(anew)).select_related(*owners).order_by("voided_at")[:MOST]
    return [
        Attention(
            _("Make a new agreement for %(subject)s: the last one is void") % {"subject": str(row.subject)},
            reverse("agreement", args=[row.subject.reference]),
            timezone.localdate(row.voided_at),
        )
        for row in rows
        if row.subject.is_under_way
    ]
