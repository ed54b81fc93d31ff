"""Making an agreement from a template and working on its draft (EL-20 to EL-22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from agreements.drafting.copy_from_void import take_over
from agreements.models import (
    HOME,
    Agreement,
    AgreementVersion,
    Clause,
    Party,
    PartyNote,
    PartyRole,
    Section,
    Signatory,
    TemplateRole,
    TemplateVersion,
)
from agreements.models.templates import gate_name
from agreements.versions.locks import locked_draft
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append, lab_stream, revise
from ledger.models import Stream
from ledger.subjects import Subject
from people.models import Person


@act("agreements.prepare")
def prepare(
    stream: Stream,
    template_version: TemplateVersion,
    *,
    by: Actor,
    instead_of: Agreement | None = None,
    header: Mapping[str, str] | None = None,
) -> AgreementVersion:
    """Make the agreement about the subject of `stream`, as a draft of `template_version` (EL-13, EL-20).

    `header` has values for fields that the subject can't fill; `instead_of` is a void one whose header, parties and unique conditions it takes over (EL-33). The
    subject follows (a qualified residency goes on to “Agreement” with its partnership). Raises `Refused` with everything in
    the way, such as an unmet condition or an agreement of this purpose that stands already; nothing is written then.
    """
    # The subject before the stream, as its endings lock them; and before looking, so that an agreement made meanwhile is seen
    # and none is left standing on a subject that ends at this moment.
    subjects.lock(stream)
    purpose = template_version.template.purpose
    findings = subjects.findings_before(gate_name("prepare_agreement", purpose), stream, timezone.localdate())
    if Agreement.objects.current().of(stream, purpose).exists():
        findings.append(_stands_already())
    if template_version.published_at is None:
        message = _("This template version isn’t published.")
        findings.append(blocking("template-not-published", message, _("Choose a published version.")))
    if findings:
        raise Refused(findings)
    subjects.tell("agreement_prepared", stream, by=by, purpose=purpose)
    version = _draft_of(stream, template_version, header or {}, by)
    facts = {
        "agreement": version.agreement.reference,
        "template": template_version.template.name,
        "template_version": template_version.number,
    }
    if instead_of:
        take_over(version, instead_of)
        facts["replaces"] = instead_of.reference
    append(stream, "agreement-prepared", by=by, facts=facts)
    return version


def _stands_already() -> Finding:
    return blocking("agreement-exists", _("There’s already an agreement."), _("Continue with that one."), "agreement")


def _draft_of(stream: Stream, template_version: TemplateVersion, given: Mapping[str, str], by: Actor) -> AgreementVersion:
    TemplateVersion.objects.filter(pk=template_version.pk, frozen_at=None).update(frozen_at=timezone.now())
    subject = subjects.subject_of(stream)
    number = Agreement.objects.filter(stream=stream).count() + 1
    agreement = Agreement.objects.create(
        stream=stream, template_version=template_version, purpose=template_version.template.purpose, number=number,
        reference=f"{subject.reference}-A{number}", made_by=account_of(by),
    )  # fmt: skip
    fields = template_version.header_fields
    header = {field["key"]: given.get(field["key"]) or _value(subject, field.get("from", "")) for field in fields}
    version = AgreementVersion.objects.create(agreement=agreement, number=1, header=header)
    _copy_words(template_version, version)
    return version


def _value(subject: Subject, path: str) -> str:
    value: Any = subject
    for name in filter(None, path.split(".")):
        value = getattr(value, name, "")
    return str(value) if path else ""


def _copy_words(source: TemplateVersion, version: AgreementVersion) -> None:
    clauses: list[Clause] = []
    for section in source.sections.prefetch_related("clauses").order_by("number"):
        copy = Section.objects.create(
            version=version, number=section.number, heading=section.heading, takes_conditions=section.takes_conditions
        )
        clauses += [
            Clause(
                version=version, section=copy, position=clause.number, number=f"{section.number}.{clause.number}",
                heading=clause.heading, text=clause.text,
            )
            for clause in sorted(section.clauses.all(), key=lambda clause: clause.number)
        ]  # fmt: skip
    Clause.objects.bulk_create(clauses)
    PartyRole.objects.bulk_create(
        PartyRole(version=version, role=r, position=r.position, label=r.label, side=r.side, stage=r.stage, must_sign=r.must_sign)
        for r in source.own_roles
    )


@act("agreements.edit_draft")
def edit_header(version: AgreementVersion, header: Mapping[str, object], *, shown_revision: int, by: Actor) -> AgreementVersion:
    """Fill the header's fields. Raises `Stale` when somebody edited the draft first, `Refused` once it is frozen (EL-21)."""
    draft = locked_draft(version)
    known = {field["key"] for field in draft.agreement.template_version.header_fields}
    words = {**draft.header, **{key: " ".join(str(value).split()) for key, value in header.items() if key in known}}
    return revise(
        draft, shown_revision=shown_revision, changes={"header": words}, act="agreement-header-edited", by=by, stream=draft.agreement.stream,
        facts={"agreement": draft.agreement.reference},
    )  # fmt: skip


@act("agreements.edit_draft")
def set_conditions(version: AgreementVersion, conditions: Sequence[tuple[str, str]], *, shown_revision: int, by: Actor) -> AgreementVersion:
    """Make `conditions`, as heading and text, exactly the unique conditions of a draft (EL-21).

    Raises `Stale` when somebody edited the draft first, `Refused` once it is frozen.
    """
    draft = locked_draft(version)
    before = list(draft.clauses.filter(kind=Clause.Kind.UNIQUE).order_by("position").values_list("heading", "text"))
    wanted = [(" ".join(heading.split()), text.strip()) for heading, text in conditions if text.strip()]
    if draft.revision != shown_revision:
        raise Stale(draft, {"conditions": (before, wanted)})
    if wanted == before:
        return draft
    section = draft.sections.get(takes_conditions=True)
    draft.clauses.filter(kind=Clause.Kind.UNIQUE).delete()
    first = section.clauses.count() + 1
    Clause.objects.bulk_create(
        Clause(
            version=draft, section=section, position=n, number=f"{section.number}.{n}", heading=heading or _("Unique condition"),
            text=text, kind=Clause.Kind.UNIQUE,
        )
        for n, (heading, text) in enumerate(wanted, first)
    )  # fmt: skip
    draft.revision += 1
    draft.save(update_fields=["revision"])
    facts = {"agreement": draft.agreement.reference, "from": before, "to": wanted}
    append(draft.agreement.stream, "agreement-conditions-set", by=by, facts=facts)
    return draft


@act("agreements.edit_draft")
def set_party(
    version: AgreementVersion,
    role: TemplateRole,
    person: Person | None,
    *,
    by: Actor,
    instead_of: Person | None = None,
    acknowledged: bool = False,
) -> Party | None:
    """Let `person` fill `role` in a draft, or nobody; who did before stays on record (EL-22).

    `instead_of` is whom the form showed in the role. Raises `Refused`: `party-changed` when somebody else
    changed the role meanwhile, `holds-two-roles` unless `acknowledged`, `words-frozen` once circulated.
    """
    draft = locked_draft(version)
    held = draft.agreement.parties.filter(role=role, to_at=None).select_related("person").first()
    now_in_role = held.person if held else None
    if now_in_role == person:
        return held
    findings = list(_changed_meanwhile(now_in_role, instead_of))
    if person and not acknowledged:
        findings += other_roles(draft, role, person)
    if findings:
        raise Refused(findings)
    draft.agreement.parties.filter(role=role, to_at=None).update(to_at=timezone.now())
    return _put(draft, role, now_in_role, person, by)


@dataclass(frozen=True)
class Choice:
    """Who is to fill a role, or nobody; `instead_of` and `acknowledged` as `set_party` takes them."""

    person: Person | None
    instead_of: Person | None = None
    acknowledged: bool = False


class PartiesRefused(Refused):
    """Some roles were not set, and so none was; `by_role` has why, by the key of the template's role."""

    def __init__(self, by_role: Mapping[int, list[Finding]]) -> None:
        self.by_role = by_role
        super().__init__([finding for findings in by_role.values() for finding in findings])


@act("agreements.edit_draft")
def set_parties(version: AgreementVersion, choices: Mapping[int, Choice], *, by: Actor) -> list[Party]:
    """Let people fill several roles of a draft at once, by the key of the template's role: all of them, or none (EL-22).

    What each says goes for `set_party` too. One person in two roles is acknowledged on either. Raises `PartiesRefused`.
    """
    draft = locked_draft(version)
    held = {party.role_id: party.person for party in draft.agreement.parties.filter(to_at=None).select_related("person")}
    roles = {row.role_id: row.role for row in draft.roles.filter(role__in=choices).select_related("role").order_by("position")}
    changes = {role: choices[role] for role in roles if held.get(role) != choices[role].person}
    after = held | {role: choice.person for role, choice in changes.items()}
    labels = dict(draft.roles.values_list("role", "label"))
    refused: dict[int, list[Finding]] = {}
    for role, choice in changes.items():
        others = [other for other, person in after.items() if other != role and person and person == choice.person]
        acknowledged = choice.acknowledged or any(other in changes and changes[other].acknowledged for other in others)
        findings = list(_changed_meanwhile(held.get(role), choice.instead_of))
        if choice.person and not acknowledged:
            findings += [_second_role(choice.person, labels[other]) for other in others]
        if findings:
            refused[role] = findings
    if refused:
        raise PartiesRefused(refused)
    draft.agreement.parties.filter(role__in=changes, to_at=None).update(to_at=timezone.now())
    parties = [_put(draft, roles[role], held.get(role), choice.person, by) for role, choice in changes.items()]
    return [party for party in parties if party]


def _changed_meanwhile(now_in_role: Person | None, instead_of: Person | None) -> Iterator[Finding]:
    if now_in_role != instead_of:
        message = _("This role changed after you opened the page. Named now: %(name)s.") % {"name": now_in_role or _("no one")}
        yield blocking("party-changed", message, _("Check who’s named, then choose again."))


def _put(draft: AgreementVersion, role: TemplateRole, before: Person | None, person: Person | None, by: Actor) -> Party | None:
    """Let `person` fill `role`, which nobody fills any more."""
    party = Party.objects.create(agreement=draft.agreement, role=role, person=person, from_at=timezone.now()) if person else None
    facts = {"agreement": draft.agreement.reference, "role": role.label, "from": str(before or ""), "to": str(person or "")}
    append(draft.agreement.stream, "agreement-party-set", by=by, facts=facts)
    return party


def other_roles(draft: AgreementVersion, role: TemplateRole, person: Person) -> list[Finding]:
    others = draft.agreement.parties.filter(person=person, to_at=None).exclude(role=role).select_related("role")
    return [_second_role(person, other.role.label) for other in others]


def _second_role(person: Person, label: str) -> Finding:
    return blocking(
        "holds-two-roles", _("%(name)s is already the %(role)s in this agreement.") % {"name": person, "role": label},
        _("If this is intentional, select “This person intentionally fills both roles”."),
    )  # fmt: skip


# ── The lab's signatories, and notes on a signer ─────────────────────────────────────────────


def lab_roles() -> list[str]:
    """The names of the lab's own roles in the templates that are offered, in their order; two queries."""
    versions = TemplateVersion.objects.filter(template__offered=True, published_at__isnull=False)
    newest = {version.template_id: version.pk for version in versions.order_by("number")}
    roles = TemplateRole.objects.filter(version__in=newest.values(), agreement=None, side=HOME).order_by("version", "position")
    return list(dict.fromkeys(roles.values_list("label", flat=True)))


@act("agreements.keep_signatories", on=None)
def set_signatories(people: Mapping[str, tuple[Person | None, Person | None]], *, by: Actor) -> None:
    """Let people sign for the lab in these roles from now on, proposed for every new agreement (EL-36).

    `people` has, by the role's name, who is to sign, or nobody, and who did when the page was opened. Agreements that exist are
    not changed. Raises `Refused` (`signatory-changed`) when a colleague changed a role meanwhile; nothing is written then.
    """
    held = {row.role: row.person for row in Signatory.objects.select_for_update(of=("self",)).filter(to_at=None).select_related("person")}
    for role, (person, before) in people.items():
        if held.get(role) not in (before, person):
            message = _("The role %(role)s changed after you opened the page. Named now: %(name)s.") % {
                "name": held.get(role) or _("no one"),
                "role": role,
            }
            raise refuse("signatory-changed", message, _("Check who’s named, then choose again."))
    now, stream = timezone.now(), lab_stream()
    for role, (person, _before) in people.items():
        if held.get(role) == person:
            continue
        Signatory.objects.filter(role=role, to_at=None).update(to_at=now)
        if person:
            Signatory.objects.create(role=role, person=person, from_at=now)
        append(stream, "signatory-set", by=by, facts={"role": role, "from": str(held.get(role) or ""), "to": str(person or "")})


@act("agreements.keep_notes", on="party.agreement.stream")
def add_note(party: Party, *, text: str, by: Actor) -> PartyNote:
    """Note how it stands with a signer, such as “called, will sign Friday”, for lab staff alone. Raises `Refused` for an empty note.

    The event says that a note was added and by whom; parties and the program area read the history, and never the note.
    """
    if not text.strip():
        raise refuse("note-empty", _("The note is empty."), _("Enter what you want your colleagues to know."))
    note = PartyNote.objects.create(party=party, text=text, by=account_of(by))
    facts = {"agreement": party.agreement.reference, "name": party.person.name, "role": party.role.label}
    append(party.agreement.stream, "party-note-added", by=by, facts=facts)
    return note
