"""Who can choose what mail a person gets (EL-64); the other permissions on mail are declared in people/permissions.py."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from outbox.preferences.links import MailLinkHolder
from people.permissions import declare, is_lab, is_own_person


@rules.predicate
def holds_mail_link(by: Actor, person: Any) -> bool:
    """Return whether `by` came through an email link that still names this person."""
    return isinstance(by, MailLinkHolder) and person is not None and by.may_choose_for(person)


declare(
    {
        "outbox.choose_mail": is_lab | is_own_person | holds_mail_link,
        "outbox.end_mail_links": is_lab | is_own_person,
    }
)
