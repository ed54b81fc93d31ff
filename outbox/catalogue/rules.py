"""What makes a text fit to be sent: plain words and places in, findings out. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from findings import Finding, Severity
from outbox.catalogue.messages import PLACE, Place, listed

LONGEST_SUBJECT, LONGEST_TEXT = 150, 10_000
STRAY = re.compile(r"\S*(?:[{}]|%\(\w+\)[sd]?)\S*")


def subject_findings(subject: str, places: Mapping[str, Place]) -> list[Finding]:
    """What is wrong with the subject of a text (EL-63)."""
    findings = list(_of_words(subject, places))
    if not subject.strip():
        findings.append(_blocks("text-empty", _("The subject is empty."), _("Say in a few words what the message is about.")))
    if len(subject) > LONGEST_SUBJECT or "\n" in subject.strip():
        params = {"most": LONGEST_SUBJECT}
        findings.append(_blocks("text-long", _("A subject is one line of at most %(most)d letters.") % params, _("Make it shorter.")))
    minted = [name for name in _named(subject) if name in places and places[name].minted]
    if minted:
        message = _("A subject can't include %(names)s: everyone can see it.") % {"names": listed(minted)}
        findings.append(_blocks("text-minted-in-subject", message, _("Leave it to the text.")))
    return findings


def text_findings(text: str, places: Mapping[str, Place]) -> list[Finding]:
    """What is wrong with the words of a text (EL-63)."""
    findings = list(_of_words(text, places))
    if not text.strip():
        findings.append(_blocks("text-empty", _("The text is empty."), _("Write what the message says, or go back to the default.")))
    if len(text) > LONGEST_TEXT:
        findings.append(_blocks("text-long", _("A text has at most %(most)d letters.") % {"most": LONGEST_TEXT}, _("Make it shorter.")))
    named = set(_named(text))
    for place in places.values():
        if place.needed and place.name not in named:
            params = {"name": f"{{{place.name}}}", "what": place.stands_for}
            message = _("%(name)s is missing: %(what)s. Without it the message is of no use.") % params
            findings.append(_blocks("text-place-missing", message, _("Put %(name)s back.") % params))
    return findings


def _of_words(words: str, places: Mapping[str, Place]) -> Iterator[Finding]:
    exist = _("These exist: %(names)s.") % {"names": listed(places)}
    for name in dict.fromkeys(_named(words)):
        if name not in places:
            yield _blocks("text-place-unknown", _("%(name)s is no placeholder of this text.") % {"name": f"{{{name}}}"}, exist)
    for stray in dict.fromkeys(match[0] for match in STRAY.finditer(PLACE.sub("", words))):
        message = _("“%(stray)s” is no placeholder: one is a name in curly brackets, such as {name}.") % {"stray": stray[:40]}
        yield _blocks("text-place-broken", message, exist)


def _named(words: str) -> list[str]:
    return PLACE.findall(words)


def _blocks(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
