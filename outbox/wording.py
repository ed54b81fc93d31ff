"""The words of a template now: an administrator's where there are some and they fit, else the default's (EL-63)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from outbox.catalogue import messages
from outbox.catalogue.messages import MailParams, RenderedMail, Template, subject_findings, text_findings
from outbox.models import TemplateOverride

# Delivery reads all edited words once a batch; a page, or an act, one row as it needs it.
_read: ContextVar[dict[str, TemplateOverride] | None] = ContextVar("wordings", default=None)
_once: ContextVar[bool] = ContextVar("wordings_once", default=False)


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block edited words are read with the first text that needs them, and no more."""
    once, read = _once.set(True), _read.set(None)
    try:
        yield
    finally:
        _once.reset(once)
        _read.reset(read)


def words_of(template: Template) -> tuple[str, str]:
    """The subject and the text that hold now.

    Edited words whose placeholders are gone since, after an update, are passed over: the message goes out all the same.
    """
    return _words(template, _edited(template.name))


def all_words(template: Template, edited: Mapping[str, TemplateOverride]) -> tuple[str, str]:
    """The same from all rows at once."""
    return _words(template, edited.get(template.name))


def still_fits(template: Template, edited: TemplateOverride | None) -> bool:
    """Whether edited words, if there are any, can be sent."""
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
    """Fill the template of `occasion` in, for `name` and about a subject, in the words that hold now.

    Raises LookupError when no template is declared for it, or one of its facts was not handed over.
    """
    template = messages.template_of(occasion, params.wording)
    facts = messages.facts_for(template, params, name=name, about=about)
    subject, words = (messages.filled(part, facts) for part in words_of(template))
    return RenderedMail(" ".join(subject.split())[:200], words, params.mint, params)
