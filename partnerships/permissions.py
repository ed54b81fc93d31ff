"""Who may see and keep service partnerships (SP-01 to SP-11)."""

from __future__ import annotations

from people.permissions import declare, is_lab_ops, is_reader

declare(
    {
        "partnerships.list_partnerships": is_reader,
        "partnerships.start_partnership": is_lab_ops,
    }
)
