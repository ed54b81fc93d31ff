"""The next version of an agreement: the rows of the one before, with the accepted changes (EL-25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from acts.act import Actor, part
from agreements.models import AgreementVersion, Amendment, Clause, HandOver, Party, PartyRole, Section, SectionRead, Signature, TemplateRole
from ledger.actions import append, lab_stream
from people.models import Person

Kind = Amendment.Kind
Words = list[tuple[str, str, str]]


@part
def make_next_version(version: AgreementVersion, accepted: Sequence[Amendment], *, by: Actor) -> AgreementVersion:
    """A draft that continues `version` with the `accepted` amendments; part of the act that sends it out at once.

    A clause keeps its number for good: one that was taken out leaves a gap, a new one gets a number never
    used in its section. What parties had read of sections that stay as they were counts on, and so does who
    should sign instead of them.
    """
    draft = AgreementVersion.objects.create(
        agreement=version.agreement,
        number=version.number + 1,
        previous=version,
        header={
            **version.header,
            **{amendment.field: amendment.text for amendment in accepted if amendment.kind in (Kind.HEADER, Kind.DATE)},
        },
        code_required=version.code_required,
    )
    PartyRole.objects.bulk_create(
        PartyRole(version=draft, role_id=r.role_id, position=r.position, label=r.label, side=r.side, stage=r.stage, must_sign=r.must_sign)
        for r in version.roles.all()
    )
    for amendment in accepted:
        if amendment.kind == Kind.JOIN:
            _join(amendment, draft, by=by)
    sections = _sections(version, draft)
    Clause.objects.bulk_create([*_carried_clauses(version, draft, sections, accepted), *_added(version, draft, sections, accepted)])
    _carry_reading(version, draft)
    _carry_hand_overs(version, draft)
    return draft


def _join(amendment: Amendment, draft: AgreementVersion, *, by: Actor) -> None:
    """A role of this agreement alone, in the last stage, and the person who fills it."""
    rows = list(draft.roles.all())
    place = {
        "position": max((row.position for row in rows), default=0) + 1,
        "label": amendment.heading,
        "side": amendment.field,
        "stage": max((row.stage for row in rows if row.must_sign), default=1) if amendment.must_sign else 1,
        "must_sign": amendment.must_sign,
    }
    agreement = draft.agreement
    role = TemplateRole.objects.create(version=agreement.template_version, agreement=agreement, **place)
    # Roles are the lab's to record, and the lab's stream is locked before the subject's, as wherever an act writes to both.
    append(lab_stream(), "agreement-role-joined", by=by, facts={"agreement": agreement.reference, "role": role.label, "side": role.side})
    PartyRole.objects.create(version=draft, role=role, **place)
    Party.objects.create(agreement=agreement, role=role, person=cast(Person, amendment.person))


def _sections(version: AgreementVersion, draft: AgreementVersion) -> dict[int, Section]:
    """The sections of the draft, by the key of the one each continues."""
    sections = Section.objects.bulk_create(
        Section(version=draft, number=old.number, heading=old.heading, takes_conditions=old.takes_conditions, follows=old)
        for old in version.sections.order_by("number")
    )
    return {section.follows_id or 0: section for section in sections}


def _carried_clauses(
    version: AgreementVersion, draft: AgreementVersion, sections: dict[int, Section], accepted: Sequence[Amendment]
) -> Iterable[Clause]:
    by_clause = {amendment.clause_id: amendment for amendment in accepted if amendment.clause_id}
    for old in version.clauses.order_by("section__number", "position"):
        amendment = by_clause.get(old.pk)
        if amendment and amendment.kind == Kind.REMOVE:
            continue
        words = amendment or old
        yield Clause(
            version=draft, section=sections[old.section_id], position=old.position, number=old.number, heading=words.heading,
            text=words.text, kind=old.kind, follows=old,
        )  # fmt: skip


def _added(
    version: AgreementVersion, draft: AgreementVersion, sections: dict[int, Section], accepted: Sequence[Amendment]
) -> Iterable[Clause]:
    used = _numbers_used(version)
    for amendment in accepted:
        if amendment.kind != Kind.ADD:
            continue
        section = sections[amendment.section_id or 0]
        used[section.number] += 1
        yield Clause(
            version=draft, section=section, position=used[section.number], number=f"{section.number}.{used[section.number]}",
            heading=amendment.heading, text=amendment.text,
            kind=Clause.Kind.UNIQUE if section.takes_conditions else Clause.Kind.STANDARD,
        )  # fmt: skip


def _numbers_used(version: AgreementVersion) -> dict[int, int]:
    """The highest number and position ever used in each section of the agreement."""
    used: dict[int, int] = defaultdict(int)
    clauses = Clause.objects.filter(version__agreement=version.agreement).order_by()
    for section, number, position in clauses.values_list("section__number", "number", "position"):
        last = number.rsplit(".", 1)[-1]
        used[section] = max(used[section], position, int(last) if last.isdecimal() else 0)
    return used


def _carry_reading(version: AgreementVersion, draft: AgreementVersion) -> None:
    """What present parties read of unchanged sections stays read, at the time they did (EL-23)."""
    words = _words(version, draft)
    same = {s.follows_id: s for s in Section.objects.filter(version=draft) if words[s.follows_id or 0] == words[s.pk]}
    reads = SectionRead.objects.filter(section__in=list(same), party__to_at=None)
    SectionRead.objects.bulk_create(
        SectionRead(party_id=read.party_id, section=same[read.section_id], read_at=read.read_at, how=read.how) for read in reads
    )


def _carry_hand_overs(version: AgreementVersion, draft: AgreementVersion) -> None:
    """Who should sign instead is about a role, not about the words: it waits on, unless the party signed after all (EL-29)."""
    signed = Signature.objects.filter(version=version).values("role")
    waiting = HandOver.objects.filter(version=version, state=HandOver.State.PROPOSED, party__to_at=None)
    waiting.exclude(party__role__in=signed).update(version=draft)


def _words(*versions: AgreementVersion) -> dict[int, Words]:
    """The numbered words of each section of `versions`, by its key."""
    words_by_section: dict[int, Words] = defaultdict(list)
    clauses = Clause.objects.filter(version__in=versions).order_by("section", "position")
    for section, number, heading, text in clauses.values_list("section", "number", "heading", "text"):
        words_by_section[section].append((number, heading, text))
    return words_by_section
