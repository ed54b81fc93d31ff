"""Who may see and keep a team's place in the community, experts and desks (EL-46 to EL-49)."""

from __future__ import annotations

from people.permissions import declare, is_lab, is_lab_ops, is_product_owner, is_reader
from residencies.permissions import manages, on_its_residency

SEES = is_reader | (is_product_owner & manages)
KEEPS = is_lab | (is_product_owner & manages)

declare(
    {
        "community.view_community": SEES,
        "community.keep_community": KEEPS,
        "community.keep_entry": on_its_residency("community.keep_community"),
        "community.view_lab_community": is_reader,
        "community.request_session": KEEPS,
        "community.view_session": on_its_residency("community.view_community"),
        "community.call_off_session": on_its_residency("community.request_session"),
        "community.match_session": is_lab,
        "community.keep_experts": is_lab_ops,
        "community.set_colocation": KEEPS,
        "community.keep_desks": is_lab_ops,
    }
)
