"""What an agreement gives conversations: its clauses, its parties by group, and the address that opens one (EL-84)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse

from agreements.models import HOME, AgreementVersion, Clause, Party, State
from ledger.subjects import Subject
from residencies.conversations.proposals import ClauseWords, Expected
from residencies.models import Residency
from residencies.models.states import Group

CHAMPION = "champion"
# How a template names a role of the program side, by words of its label; the first that is there.
PROGRAM_GROUPS = (
    ("assistant deputy", Group.ADM),
    ("executive director", Group.EXECUTIVE),
    ("product owner", Group.PRODUCT_OWNER),
    ("product manager", Group.PRODUCT_OWNER),
)
ALLIANCE = "alliance"


def clauses(subject: Subject) -> Iterator[ClauseWords]:
    """Yield the clauses of each agreement about `subject`: as it is in force, else as it went out; two queries."""
    versions = AgreementVersion.objects.filter(
        agreement__stream=subject.stream_id, agreement__voided_at=None, state__in=[State.CIRCULATED, State.IN_FORCE]
    )
    in_order = Prefetch("clauses", Clause.objects.order_by("section__number", "position"))
    binding: dict[int, AgreementVersion] = {}
    for version in versions.select_related("agreement").prefetch_related(in_order).order_by("agreement", "number"):
        standing = binding.get(version.agreement_id)
        if standing is None or standing.state != State.IN_FORCE:
            binding[version.agreement_id] = version
    for version in binding.values():
        for clause in version.clauses.all():
            yield ClauseWords(version.agreement.reference, version.number, clause.number, clause.heading, clause.text)


def expected(subject: Subject) -> Iterator[Expected]:
    """Yield who fills a role of an agreement that isn't void, in the group the role stands for; one query."""
    parties = Party.objects.filter(agreement__stream=subject.stream_id, agreement__voided_at=None, to_at=None)
    for party in parties.select_related("person", "role").order_by("role__position", "pk"):
        yield Expected(party.person, group_of(party.role.label, party.role.side))


def group_of(label: str, side: str) -> str:
    """Return the group of a role. On the lab's side that is lab leadership; beside the program side, champions and partners."""
    if side == HOME:
        return Group.LAB
    named = label.casefold()
    if CHAMPION in named:
        return Group.CHAMPIONS
    if side == ALLIANCE:
        return Group.PARTNERS
    return next((group for words, group in PROGRAM_GROUPS if words in named), Group.PARTNERS)


def open_url(request: HttpRequest, version: AgreementVersion) -> str:
    """Return the address that opens a conversation about a clause of `version`, up to the clause's number.

    It is "" if there are no conversations about such a subject, the account can't open one, or the words don't bind anyone now.
    """
    subject = version.agreement.subject
    if not isinstance(subject, Residency) or not subject.is_under_way or not version.may_be_amended:
        return ""
    if not request.user.has_perm("residencies.hold_conversation", subject):
        return ""
    return f"{reverse('conversation-open', args=[subject.reference])}?clause={quote(f'{version.agreement.reference}/', safe='')}"
