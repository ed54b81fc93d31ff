"""Who may see and keep service partnerships (SP-01 to SP-11)."""

from __future__ import annotations

from people.permissions import declare, is_admin, is_lab_ops, is_product_owner, is_reader

declare(
    {
        "partnerships.list_partnerships": is_reader,
        "partnerships.view_guidance": is_reader | is_product_owner | is_admin,
        "partnerships.start_partnership": is_lab_ops,
    }
)
