"""The act that records what a link outside answered (EL-95)."""

from __future__ import annotations

from django.utils import timezone

from acts.act import SYSTEM, Actor, act
from ledger.actions import append
from ledger.subjects import lock
from reports.links import rules
from reports.links.fetch import Answer
from reports.models import OutsideLink


@act(system=SYSTEM)
def record_answer(link: OutsideLink, answer: Answer, *, by: Actor) -> OutsideLink:
    """Record what a link answered. One that fails is asked again the next day, and is dead if it fails again."""
    lock(link.stream)
    current = OutsideLink.objects.select_for_update(of=("self",)).filter(pk=link.pk).first()
    if current is None:  # it was taken off the page in the meantime
        return link
    now, today, was_dead = timezone.now(), timezone.localdate(), current.dead_since is not None
    failed = rules.fails(answer.code, answer.status)
    if not failed:
        current.failed_on = current.dead_since = None
    elif current.failed_on is None:
        current.failed_on = today
    elif current.dead_since is None and current.failed_on < today:
        current.dead_since = today
    is_dead = current.dead_since is not None
    current.code, current.status, current.checked_at = answer.code, answer.status, now
    current.next_check_at = rules.next_check(now, failed=failed, is_dead=is_dead)
    current.save()
    if is_dead != was_dead:
        append(link.stream, "showcase-link-died" if is_dead else "showcase-link-back", by=by, facts={"url": current.url})
    return current
