"""A template tried on a real subject: on a message that was or will be sent, else on its examples (EL-63)."""

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
    """A message, and what it was or would be written from."""

    message: Message
    params: MailParams


@dataclass(frozen=True)
class Preview:
    """A subject and a text with facts in them; `message` is whose facts they are, None for examples."""

    subject: str
    text: str
    message: Message | None = None


def preview(template: Template, subject: str, words: str, real: Real | None) -> Preview:
    """`subject` and `words`, fit or not, with the facts of a message, or with the examples when there is none."""
    facts = examples_for(template)
    if real:
        facts |= facts_for(template, real.params, name=real.message.to_name, about=real.message.subject_matter) | _news(real.params)
    return Preview(" ".join(filled(subject, facts).split()), unsealed(filled(words, facts)), real.message if real else None)


def real_messages(template: Template) -> list[Real]:
    """Messages of this template, the newest first, whose facts are known; of a reminder that none has left yet, the newest that waits."""
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
    """Whether all facts are there; an update may have given the template others."""
    try:
        facts_for(template, real.params, name=real.message.to_name, about="")
    except LookupError:
        return False
    return real.params.wording == template.wording


def _news(params: MailParams) -> dict[str, str]:
    """What is made as a mail leaves and is no secret, as it would be now."""
    try:
        late = {name: recipe for name, recipe in params.mint.items() if name.startswith(SAID)}
        return {name.removeprefix(SAID): str(value) for name, value in issue_secrets(late).items()}
    except (NoLongerHolds, ObjectDoesNotExist):
        return {}
