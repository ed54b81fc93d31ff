"""The frame of a partnership's pages, the same on each of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from partnerships.lifecycle.moves import ENDINGS, LIFECYCLE, MOVES, check_next, next_move
from partnerships.models import Partnership

register = template.Library()


@register.inclusion_tag("partnerships/_head.html", takes_context=True)
def partnership_head(context: template.Context, partnership: Partnership) -> dict[str, Any]:
    """Render reference, name, stage and lead, the next move as a button or with its count of gaps, and the endings under More."""
    user, ahead = context["request"].user, next_move(partnership)
    may = ahead is not None and user.has_perm(LIFECYCLE.permission(ahead.verb), partnership)
    check = check_next(partnership, timezone.localdate()) if may else None
    endings = [move for move in MOVES if move.verb in ENDINGS and partnership.state in move.origins]
    return {
        "partnership": partnership,
        "ahead": ahead if may else None,
        "left": len(check.findings) if check else 0,
        "endings": [move for move in endings if user.has_perm(LIFECYCLE.permission(move.verb), partnership)],
        "may_keep": partnership.is_under_way and user.has_perm("partnerships.keep_partnership", partnership),
        "here": context["request"].path,
    }
