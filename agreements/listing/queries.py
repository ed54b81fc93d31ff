"""Agreements as a list shows them: where each stands, since when nobody has been heard of, when it was last reminded."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.invitations.mail import SIGNATURE_MISSING
from agreements.invitations.reminders import unsigned
from agreements.models import PARTNERSHIP, Agreement, AgreementVersion, Invitation, PartyRole, Signature, State
from agreements.models.templates import VerbWords
from ledger import subjects
from ledger.models import Event
from outbox.models import Message
from outbox.models import State as MailState
from people.models import User
from residencies.models import Residency

# What parties do: the last of these, or the day on which it went out, ends the silence.
HEARD = (
    "signing-link-opened", "sections-read", "signed", "stance-taken", "commented", "asked", "amendment-proposed", "hand-over-proposed",
    "declined-to-sign", "discussion-seen",
)  # fmt: skip
LATE_DAYS = 7


class AgreementRow:
    """An agreement with what a row of the list says of it: its newest version, who has signed, who is waited for."""

    def __init__(self, agreement: Agreement, version: AgreementVersion, facts: SigningFacts, today: datetime.date) -> None:
        self.agreement, self.version, self.facts = agreement, version, facts
        self.subject = agreement.subject
        self.pk = agreement.pk
        self.owner = self.subject.owner
        self.is_open = version.is_open
        since = facts.heard_at or version.circulated_at
        self.silent_days = (today - timezone.localdate(since)).days if self.is_open and since else None
        self.is_late = bool(self.is_open and facts.due_on and facts.due_on < today)

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def kind(self) -> str:
        """The agreement's title, unless it is the partnership."""
        return "" if self.agreement.purpose == PARTNERSHIP else self.agreement.template_version.title

    @property
    def product(self) -> str:
        return str(getattr(self.subject, "product", self.subject))

    @property
    def words(self) -> VerbWords:
        return self.agreement.template_version.words

    @property
    def stage(self) -> str:
        """How far signing is: "4 of 7 signed, waiting for Lena Ortiz"."""
        facts = self.facts
        if self.version.is_draft:
            return _("Not sent yet")
        if not self.is_open:
            sentence = ngettext("%(count)d of %(count)d %(signed)s", "All %(count)d %(signed)s", facts.wanted)
            return sentence % {**self.words.params, "count": facts.wanted}
        parts = [_("%(given)d of %(wanted)d %(signed)s") % {**self.words.params, "given": facts.given, "wanted": facts.wanted}]
        if facts.waiting_for:
            parts.append(_("waiting for %(names)s") % {"names": named(facts.waiting_for)})
        if facts.declined:
            parts.append(_("declined by %(names)s") % {"names": named(facts.declined)})
        return ", ".join(parts)


@dataclass
class SigningFacts:
    """What is known of one version's signing."""

    wanted: int = 0
    given: int = 0
    waiting_for: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    due_on: datetime.date | None = None
    heard_at: datetime.datetime | None = None
    reminded_at: datetime.datetime | None = None


def named(names: list[str]) -> str:
    """ "Lena Ortiz", "Lena Ortiz and Idris Bel", "Lena Ortiz and 3 others"."""
    first, *others = names
    if not others:
        return first
    if len(others) == 1:
        return _("%(first)s and %(second)s") % {"first": first, "second": others[0]}
    return _("%(first)s and %(count)d others") % {"first": first, "count": len(others)}


def agreements_for(user: User) -> QuerySet[Any]:
    """The standing agreements that an account may know of, with the `state` of the newest version of each."""
    rows = Agreement.objects.current()
    if not user.has_perm("residencies.view_queue"):
        rows = rows.filter(stream__residency__in=Residency.objects.visible_to(user))
    newest = AgreementVersion.objects.filter(agreement=OuterRef("pk")).order_by("-number")
    return rows.annotate(state=Subquery(newest.values("state")[:1]), circulated_at=Subquery(newest.values("circulated_at")[:1]))


def led_by(rows: QuerySet[Any], account: int) -> QuerySet[Any]:
    """Those about a subject that this account looks after for the lab."""
    leads = Q(pk=None)
    for kind in subjects.kinds():
        if kind.contact:
            leads |= Q(**{f"stream__{kind.related_name}__{kind.contact}": account})
    return rows.filter(leads)


def silent_for(rows: QuerySet[Any], days: int, now: datetime.datetime) -> QuerySet[Any]:
    """Those out for signing since `days` and longer, about which no party has done anything in that time."""
    before = now - datetime.timedelta(days=days)
    heard = Event.objects.filter(act__in=HEARD, at__gt=before).values("stream")
    return rows.filter(state=State.CIRCULATED, circulated_at__lte=before).exclude(stream__in=heard)


def overdue(rows: QuerySet[Any], today: datetime.date) -> QuerySet[Any]:
    """Those out for signing that somebody was to sign by a day that has passed; one query for how many days templates give."""
    terms = unsigned().order_by().values_list("version__agreement__template_version__signing_days", flat=True).distinct()
    late = Q(pk=None)
    for days in terms:
        asked_before = timezone.make_aware(datetime.datetime.combine(today - datetime.timedelta(days=days), datetime.time()))
        late |= Q(version__agreement__template_version__signing_days=days, made_at__lt=asked_before)
    return rows.filter(pk__in=unsigned().filter(late).values("version__agreement"))


def with_silence(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With `heard_at`, when a party last did anything: for an order, which needs it of all rows."""
    last = Event.objects.filter(stream=OuterRef("stream"), act__in=HEARD).order_by("-seq").values("at")[:1]
    return rows.annotate(heard_at=Subquery(last))


def rows_of(agreements: Iterable[Agreement], today: datetime.date) -> list[AgreementRow]:
    """`agreements`, which come with their subjects, as rows in their order; six queries however many there are."""
    agreements = list(agreements)
    versions: dict[int, AgreementVersion] = {}
    for version in AgreementVersion.objects.filter(agreement__in=agreements).defer("canonical", "header").order_by("number"):
        versions[version.agreement_id] = version
    facts = _facts(agreements, versions)
    return [AgreementRow(row, versions[row.pk], facts[row.pk], today) for row in agreements if row.pk in versions]


def _facts(agreements: list[Agreement], versions: dict[int, AgreementVersion]) -> dict[int, SigningFacts]:
    facts: dict[int, SigningFacts] = defaultdict(SigningFacts)
    signed = _signed_roles(versions)
    roles = PartyRole.objects.filter(version__in=versions.values(), must_sign=True).order_by("position")
    for agreement, role in roles.values_list("version__agreement", "role"):
        facts[agreement].wanted += 1
        facts[agreement].given += role in signed[agreement]
    invitations = Invitation.objects.filter(
        version__in=versions.values(), purpose=Invitation.Purpose.SIGN, revoked_at=None, party__to_at=None
    )
    names = invitations.order_by("party__role__position").annotate(
        agreement=F("version__agreement"), days=F("version__agreement__template_version__signing_days")
    )
    rows: QuerySet[Any] = names
    for row in rows.values("agreement", "party__role", "party__person__name", "decline", "made_at", "days"):
        if row["party__role"] not in signed[row["agreement"]]:
            _wait_for(facts[row["agreement"]], row)
    _add_dates(facts, agreements, versions)
    return facts


def _wait_for(facts: SigningFacts, row: dict[str, Any]) -> None:
    (facts.declined if row["decline"] else facts.waiting_for).append(row["party__person__name"])
    due = timezone.localdate(row["made_at"]) + datetime.timedelta(days=row["days"])
    facts.due_on = min(due, facts.due_on or due)


def _signed_roles(versions: dict[int, AgreementVersion]) -> dict[int, set[int]]:
    of_hash = {version.content_sha256: agreement for agreement, version in versions.items() if version.content_sha256}
    signed: dict[int, set[int]] = defaultdict(set)
    pairs: Any = Signature.objects.filter(version__in=list(of_hash)).order_by().values_list("version", "role")
    for sha256, role in pairs:
        signed[of_hash[sha256]].add(role)
    return signed


def _add_dates(facts: dict[int, SigningFacts], agreements: list[Agreement], versions: dict[int, AgreementVersion]) -> None:
    """When a party was last heard of, and reminded, since the version went out."""
    streams = [row.stream_id for row in agreements]
    heard = Event.objects.filter(stream__in=streams, act__in=HEARD).order_by().values("stream").annotate(last=Max("at"))
    sent = Message.objects.filter(stream__in=streams, occasion=SIGNATURE_MISSING.key, state=MailState.SENT)
    last_heard = dict(heard.values_list("stream", "last"))
    reminded = dict(sent.order_by().values("stream").annotate(last=Max("sent_at")).values_list("stream", "last"))
    for row in agreements:
        since = versions[row.pk].circulated_at if row.pk in versions else None
        for name, moment in (("heard_at", last_heard.get(row.stream_id)), ("reminded_at", reminded.get(row.stream_id))):
            if moment and since and moment >= since:
                setattr(facts[row.pk], name, moment)
