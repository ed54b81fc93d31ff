"""Previews of a template, with details from a message that was or will be sent, or else with examples (EL-63)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist

from outbox.catalogue.messages import SAID, MailParams, Template, examples_for, facts_for, filled, params_of
from outbox.delivery.compose import NoLongerHolds, issue_secrets
from outbox.models import Message, unsealed
from outbox.reminders.declare import REMINDERS

OFFERED = 8


class Real(NamedTuple):
    """A message and the parameters that it was or would be written from."""

    message: Message
    params: MailParams


@dataclass(frozen=True)
class Preview:
    """A filled-in subject and text; `message` is where the details come from, None for examples."""

    subject: str
    text: str
    message: Message | None = None


def preview(template: Template, subject: str, words: str, real: Real | None) -> Preview:
    """Fill in `subject` and `words`, valid or not, with the details of a message, or with examples if there is none."""
    facts = examples_for(template)
    if real:
        facts |= facts_for(template, real.params, name=real.message.to_name, about=real.message.subject_matter) | _news(real.params)
    return Preview(" ".join(filled(subject, facts).split()), unsealed(filled(words, facts)), real.message if real else None)


def real_messages(template: Template) -> list[Real]:
    """Return this template's messages whose details are known, newest first; for a reminder that was never sent, the newest queued one."""
    about = Message.objects.with_subject().filter(occasion=template.occasion).order_by("-pk")
    kept = [
        Real(row, params) for row in about.filter(facts__wording=template.wording)[:OFFERED] if (params := params_of(row.facts, row.mint))
    ]
    return [real for real in kept or _waiting(template) if _fits(template, real)]


def _waiting(template: Template) -> list[Real]:
    reminder = REMINDERS.get(template.occasion)
    waits = Message.objects.with_subject().filter(occasion=template.occasion, text="").order_by("-pk").first() if reminder else None
    if reminder is None or waits is None:
        return []
    try:
        return [Real(waits, reminder.letter(waits))]
    except (NoLongerHolds, ObjectDoesNotExist, AttributeError, TypeError):
        return []  # its subject has moved on


def _fits(template: Template, real: Real) -> bool:
    """Return whether no placeholder lacks a value; an update may have added some to the template."""
    try:
        facts_for(template, real.params, name=real.message.to_name, about="")
    except LookupError:
        return False
    return real.params.wording == template.wording


def _news(params: MailParams) -> dict[str, str]:
    """Return the values that are made at sending and aren't secret, as they would be now."""
    try:
        late = {name: recipe for name, recipe in params.mint.items() if name.startswith(SAID)}
        return {name.removeprefix(SAID): str(value) for name, value in issue_secrets(late).items()}
    except (NoLongerHolds, ObjectDoesNotExist):
        return {}
