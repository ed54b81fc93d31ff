"""What the lifecycle asks of agreements: reads facts, calls rules, never writes. It asks about the partnership alone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import PARTNERSHIP, Agreement, AgreementVersion, Decline, PaperAgreement, Party, PartyRole, Signature, State
from agreements.models.templates import VERB_WORDS, Verb
from agreements.versions import rules as versions_rules
from agreements.versions.rules import StandFacts, VoidFacts
from findings import Finding
from findings.gates import HasStream, gate
from ledger.models import Stream


@dataclass(frozen=True)
class Agreed:
    """Where the agreements of one stream are, and what follows from a void one; `is_on_paper` when a scan alone is in force."""

    stream_id: int
    before: StandFacts
    void: VoidFacts
    is_on_paper: bool


def agreed(subjects: Sequence[HasStream], on: datetime.date) -> dict[int, Agreed]:
    """What is agreed about each of `subjects`, by stream; two queries, the second only about roles that have yet to sign."""
    streams = _streams([subject.stream_id for subject in subjects])
    roles: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if unsigned := [stream.pk for stream in streams if stream.circulated and not _in_force(stream)]:
        for row in _roles(unsigned):
            roles[row["version__agreement__stream"]].append(row)
    return {
        stream.pk: Agreed(
            stream.pk,
            _facts(roles[stream.pk], stream),
            VoidFacts(stream.voided, _in_force(stream), stream.made_anew),
            is_on_paper=stream.in_force_on_paper and not stream.in_force_here,
        )
        for stream in streams
    }


def _in_force_how(agreed: Agreed) -> str:
    """That the agreement is in force; of one signed on paper also who vouches for the scan, in one query."""
    if not agreed.is_on_paper:
        return _("The agreement is in force.")
    rows = PaperAgreement.objects.current().filter(stream=agreed.stream_id)
    return _("The agreement is in force. %(label)s") % {"label": rows.select_related("recorded_by", "confirmed_by")[0].label}


@gate(reads=agreed, holds=_in_force_how)
def in_force(agreed: Agreed, on: datetime.date) -> Iterator[Finding]:
    """An agreement about the subject is in force; else what is missing, party by party (EL-31)."""
    return versions_rules.before_relying_on(agreed.before)


@gate(reads=agreed, holds=gettext_lazy("The agreement isn’t void."))
def not_void(agreed: Agreed, on: datetime.date) -> Iterator[Finding]:
    """An agreement about the subject that was made void has been replaced by one that is in force (EL-33)."""
    return versions_rules.after_void(agreed.void)


def _streams(pks: list[int]) -> list[Any]:
    """Which agreements there are of each stream, here and on paper: one query."""
    agreements = Agreement.objects.filter(stream=OuterRef("pk"), purpose=PARTNERSHIP)
    papers = PaperAgreement.objects.filter(stream=OuterRef("pk"))
    standing = {"agreement__stream": OuterRef("pk"), "agreement__purpose": PARTNERSHIP, "agreement__voided_at": None}
    versions = AgreementVersion.objects.filter(**standing).exclude(state=State.VOID)
    rows = Stream.objects.filter(pk__in=pks).annotate(
        voided=Exists(agreements.exclude(voided_at=None)),
        made_anew=Exists(agreements.current()),
        drawn_up=Exists(versions),
        circulated=Exists(versions.filter(state=State.CIRCULATED)),
        in_force_here=Exists(versions.filter(state=State.IN_FORCE)),
        in_force_on_paper=Exists(papers.in_force()),
        on_paper=Exists(papers.current()),
    )
    return list(rows)


def _in_force(stream: Any) -> bool:
    return bool(stream.in_force_here or stream.in_force_on_paper)


def _roles(streams: list[int]) -> Any:
    """Every role that has yet to sign a version that is out, with who fills it now."""
    signed = Signature.objects.filter(version=OuterRef("version__content_sha256"), role=OuterRef("role"))
    holder = Party.objects.filter(agreement=OuterRef("version__agreement"), role=OuterRef("role"), to_at=None)
    declined = Decline.objects.filter(
        invitation__version=OuterRef("version"),
        invitation__revoked_at=None,
        invitation__party__role=OuterRef("role"),
        invitation__party__to_at=None,
    )
    standing = {"version__agreement__purpose": PARTNERSHIP, "version__agreement__voided_at": None}
    rows = PartyRole.objects.filter(version__agreement__stream__in=streams, **standing)
    return (
        rows.filter(~Exists(signed), version__state=State.CIRCULATED, must_sign=True)
        .annotate(declined=Exists(declined), holder=Subquery(holder.values("person__name")[:1]))
        .order_by("version", "position")
        .values("version__agreement__stream", "version__agreement__template_version__verb", "label", "declined", "holder")
    )


def _missing(role: dict[str, Any]) -> versions_rules.Missing:
    words = VERB_WORDS[Verb(role["version__agreement__template_version__verb"])]
    return versions_rules.Missing(role["holder"] or "", role["label"], words.params, role["declined"])


def _facts(roles: list[dict[str, Any]], stream: Any) -> StandFacts:
    return StandFacts(
        any_made=stream.drawn_up,
        in_force=_in_force(stream),
        circulated=stream.circulated,
        paper_waits=stream.on_paper and not stream.drawn_up,
        missing=[_missing(role) for role in roles],
    )
