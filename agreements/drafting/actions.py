"""Making an agreement from a template and working on its draft (EL-20 to EL-22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from agreements.drafting.copy_from_void import take_over
from agreements.models import Agreement, AgreementVersion, Clause, Party, PartyRole, Section, TemplateRole, TemplateVersion
from agreements.versions.locks import locked_draft
from findings import Finding, Refused, blocking
from ledger import subjects
from ledger.actions import append, revise
from ledger.models import Stream
from people.models import Person


@act("agreements.prepare")
def prepare(stream: Stream, template_version: TemplateVersion, *, by: Actor, instead_of: Agreement | None = None) -> AgreementVersion:
    """Make the agreement about the subject of `stream`, as a draft of `template_version` (EL-13, EL-20).

    `instead_of` is a void one whose header, parties and unique conditions it takes over (EL-33). The
    subject follows (a qualified residency goes on to “Agreement”). Raises `Refused` with everything in
    the way, such as an unmet condition or an agreement that stands already; nothing is written then.
    """
    # The subject before the stream, as its endings lock them; and before looking, so that an agreement made meanwhile is seen
    # and none is left standing on a subject that ends at this moment.
    subjects.lock(stream)
    findings = subjects.findings_before("prepare_agreement", stream, timezone.localdate())
    if Agreement.objects.current().filter(stream=stream).exists():
        findings.append(_stands_already())
    if template_version.published_at is None:
        message = _("This version of the template is not published.")
        findings.append(blocking("template-not-published", message, _("Choose one that is.")))
    if findings:
        raise Refused(findings)
    subjects.tell("agreement_prepared", stream, by=by)
    version = _draft_of(stream, template_version, by)
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
    return blocking("agreement-exists", _("There is an agreement already."), _("Work on that one."), "agreement")


def _draft_of(stream: Stream, template_version: TemplateVersion, by: Actor) -> AgreementVersion:
    TemplateVersion.objects.filter(pk=template_version.pk, frozen_at=None).update(frozen_at=timezone.now())
    subject = subjects.subject_of(stream)
    number = Agreement.objects.filter(stream=stream).count() + 1
    agreement = Agreement.objects.create(
        stream=stream, template_version=template_version, number=number, reference=f"{subject.reference}-A{number}", made_by=account_of(by)
    )
    header = {field["key"]: _value(subject, field.get("from", "")) for field in template_version.header_fields}
    version = AgreementVersion.objects.create(agreement=agreement, number=1, header=header)
    _copy_words(template_version, version)
    return version


def _value(subject: Any, path: str) -> str:
    value = subject
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
def edit_header(version: AgreementVersion, header: Mapping[str, object], *, expected: int, by: Actor) -> AgreementVersion:
    """Fill the header's fields. Raises `Stale` when somebody edited the draft first, `Refused` once it is frozen (EL-21)."""
    draft = locked_draft(version)
    known = {field["key"] for field in draft.agreement.template_version.header_fields}
    words = {**draft.header, **{key: " ".join(str(value).split()) for key, value in header.items() if key in known}}
    return revise(draft, expected=expected, changes={"header": words}, act="agreement-header-edited", by=by, stream=draft.agreement.stream)


@act("agreements.edit_draft")
def set_conditions(version: AgreementVersion, conditions: Sequence[tuple[str, str]], *, expected: int, by: Actor) -> AgreementVersion:
    """Make `conditions`, as heading and text, exactly the unique conditions of a draft (EL-21).

    Raises `Stale` when somebody edited the draft first, `Refused` once it is frozen.
    """
    draft = locked_draft(version)
    before = list(draft.clauses.filter(kind=Clause.Kind.UNIQUE).order_by("position").values_list("heading", "text"))
    wanted = [(" ".join(heading.split()), text.strip()) for heading, text in conditions if text.strip()]
    if draft.version != expected:
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
    draft.version += 1
    draft.save(update_fields=["version"])
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
    findings = []
    if now_in_role != instead_of:
        message = _("%(name)s has been named for this role since you opened this page.") % {"name": now_in_role or _("nobody")}
        findings.append(blocking("party-changed", message, _("Look at it again, then choose.")))
    if person and not acknowledged:
        findings += other_roles(draft, role, person)
    if findings:
        raise Refused(findings)
    now = timezone.now()
    draft.agreement.parties.filter(role=role, to_at=None).update(to_at=now)
    party = Party.objects.create(agreement=draft.agreement, role=role, person=person, from_at=now) if person else None
    facts = {"agreement": draft.agreement.reference, "role": role.label, "from": str(now_in_role or ""), "to": str(person or "")}
    append(draft.agreement.stream, "agreement-party-set", by=by, facts=facts)
    return party


def other_roles(draft: AgreementVersion, role: TemplateRole, person: Person) -> list[Finding]:
    others = draft.agreement.parties.filter(person=person, to_at=None).exclude(role=role).select_related("role")
    return [
        blocking(
            "holds-two-roles", _("%(name)s is already the %(role)s in this agreement.") % {"name": person, "role": other.role.label},
            _("If this is intentional, tick “fills both roles”."),
        )
        for other in others
    ]  # fmt: skip
