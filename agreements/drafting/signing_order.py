"""In which order the parties sign, and whether each types a code (EL-22, EL-28, EL-30)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from acts.act import Actor, act
from acts.revisions import Stale
from agreements.drafting.rules import in_turn
from agreements.models import AgreementVersion, PartyRole
from agreements.versions.locks import locked_draft
from ledger.actions import append


def at_once(version: AgreementVersion) -> dict[int, int]:
    """A stage for each role: everybody signs at the same time."""
    return {role.role_id: 1 for role in version.roles.all()}


def side_by_side(version: AgreementVersion) -> dict[int, int]:
    """A stage for each role: one side after the other, in the template's order (EL-30)."""
    turns = {side.key: side.turn for side in version.agreement.template_version.sides_in_turn}
    return {role.role_id: turns.get(role.side, 1) for role in version.roles.all()}


def in_words(version: AgreementVersion) -> str:
    """Which side signs first, which last: “The program area first, then the alliance team, the lab last”."""
    first, *between, last = [side.name for side in version.agreement.template_version.sides_in_turn]
    between_words = "".join(_(", then %(side)s") % {"side": name} for name in between)
    return _("%(first)s first%(between)s, %(last)s last") % {"first": first[:1].upper() + first[1:], "between": between_words, "last": last}


@act("agreements.edit_draft")
def set_signing_order(
    version: AgreementVersion, stages: Mapping[int, int], *, code_required: bool, shown_revision: int, by: Actor
) -> AgreementVersion:
    """Give each role of a draft its stage, and say whether signers type a code from their mail (EL-28, EL-30).

    `stages` maps a template role's key to a number; what counts is their order, so 2 and 5 become 1 and 2.
    Roles that are kept informed have no turn. Raises `Stale` when somebody edited the draft first,
    `Refused` once it is frozen.
    """
    draft = locked_draft(version)
    roles = list(draft.roles.order_by("position"))
    wanted = in_turn({role.role_id: stages.get(role.role_id, role.stage) for role in roles if role.must_sign})
    moved = {role.label: (role.stage, wanted.get(role.role_id, 1)) for role in roles if role.stage != wanted.get(role.role_id, 1)}
    if draft.revision != shown_revision:
        raise Stale(draft, moved)
    if not moved and draft.code_required == code_required:
        return draft
    for role in roles:
        role.stage = wanted.get(role.role_id, 1)
    PartyRole.objects.bulk_update(roles, ["stage"])
    draft.code_required = code_required
    draft.revision += 1
    draft.save(update_fields=["code_required", "revision"])
    facts = {"agreement": draft.agreement.reference, "stages": {role.label: role.stage for role in roles if role.must_sign}}
    append(draft.agreement.stream, "signing-order-set", by=by, facts={**facts, "code_required": code_required})
    return draft
