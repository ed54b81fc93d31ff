"""The current wording of a template: an administrator's edit if there is one and it is valid, otherwise the default (EL-63)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from outbox.catalogue import messages
from outbox.catalogue.messages import MailParams, RenderedMail, Template, subject_findings, text_findings
from outbox.models import TemplateOverride

# Delivery reads all edits once per batch; a page or an act reads one row when it needs it.
_read: ContextVar[dict[str, TemplateOverride] | None] = ContextVar("wordings", default=None)
_once: ContextVar[bool] = ContextVar("wordings_once", default=False)


@contextmanager
def read_once() -> Iterator[None]:
    """Read all edits once within the block, when the first text needs them."""
    once, read = _once.set(True), _read.set(None)
    try:
        yield
    finally:
        _once.reset(once)
        _read.reset(read)


def words_of(template: Template) -> tuple[str, str]:
    """Return the current subject and text.

    An edit whose placeholders no longer exist after an update is ignored: the message still goes out, with the default.
    """
    return _words(template, _edited(template.name))


def all_words(template: Template, edited: Mapping[str, TemplateOverride]) -> tuple[str, str]:
    """Return the current subject and text, given all edits by name."""
    return _words(template, edited.get(template.name))


def still_fits(template: Template, edited: TemplateOverride | None) -> bool:
    """Return whether the edit, if there is one, can be sent."""
    if edited is None:
        return True
    of_subject = edited.subject and subject_findings(edited.subject, template.known)
    return not (of_subject or (edited.text and text_findings(edited.text, template.known)))


def _words(template: Template, edited: TemplateOverride | None) -> tuple[str, str]:
    subject, words = str(template.subject), str(template.text)
    if edited and edited.subject and not subject_findings(edited.subject, template.known):
        subject = edited.subject
    if edited and edited.text and not text_findings(edited.text, template.known):
        words = edited.text
    return subject, words


def _edited(name: str) -> TemplateOverride | None:
    if not _once.get():
        return TemplateOverride.objects.filter(pk=name).first()
    known = _read.get()
    if known is None:
        known = TemplateOverride.objects.in_bulk()
        _read.set(known)
    return known.get(name)


def render(occasion: str, params: MailParams, *, name: str, about: Any) -> RenderedMail:
    """Fill in the current template of `occasion`, for `name` and about a subject.

    Raises LookupError if no template is declared for it or a value is missing.
    """
    template = messages.template_of(occasion, params.wording)
    facts = messages.facts_for(template, params, name=name, about=about)
    subject, words = (messages.filled(part, facts) for part in words_of(template))
    return RenderedMail(" ".join(subject.split())[:200], words, params.mint, params)
