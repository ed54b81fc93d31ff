"""What a new agreement takes over from the void one that it replaces (EL-33)."""

from __future__ import annotations

from acts.act import part
from agreements.drafting.rules import in_turn
from agreements.models import Agreement, AgreementVersion, Clause, Party, PartyRole


@part
def take_over(version: AgreementVersion, voided: Agreement) -> None:
    """Fill a fresh draft from the agreement that it replaces (EL-33).

    It takes over header, parties, unique conditions, who signs when and whether with a code.
    """
    before = voided.latest()
    known = {field["key"] for field in version.agreement.template_version.header_fields}
    version.header = {**version.header, **{key: value for key, value in before.header.items() if key in known}}
    version.code_required = before.code_required
    version.save(update_fields=["header", "code_required"])
    _take_over_order(version, before)
    _take_over_conditions(version, before)
    _take_over_parties(version, voided)
    version.agreement.replaces = voided
    version.agreement.save(update_fields=["replaces"])


def _take_over_conditions(version: AgreementVersion, before: AgreementVersion) -> None:
    section = version.sections.filter(takes_conditions=True).first()
    if section is None:
        return
    first = section.clauses.count() + 1
    Clause.objects.bulk_create(
        Clause(
            version=version, section=section, position=n, number=f"{section.number}.{n}", heading=old.heading, text=old.text,
            kind=Clause.Kind.UNIQUE,
        )
        for n, old in enumerate(before.clauses.filter(kind=Clause.Kind.UNIQUE).order_by("position"), first)
    )  # fmt: skip


def _take_over_order(version: AgreementVersion, before: AgreementVersion) -> None:
    """Who signs, signs at the stage of the role of the same name and side before; a role that is new, at its template's (EL-30)."""
    stages = {(row.label, row.side): row.stage for row in before.roles.filter(must_sign=True)}
    signing = list(version.roles.filter(must_sign=True))
    wanted = in_turn({row.role_id: stages.get((row.label, row.side), row.stage) for row in signing})
    for row in signing:
        row.stage = wanted[row.role_id]
    PartyRole.objects.bulk_update(signing, ["stage"])


def _take_over_parties(version: AgreementVersion, voided: Agreement) -> None:
    """Whoever filled a role fills the role of the same name and side, where the template still has it."""
    roles = {(row.label, row.side): row.role_id for row in version.roles.all()}
    holders = voided.parties.filter(to_at=None).select_related("role")
    Party.objects.bulk_create(
        Party(agreement=version.agreement, role_id=roles[held.role.label, held.role.side], person_id=held.person_id)
        for held in holders
        if (held.role.label, held.role.side) in roles
    )
