"""Kinds of sealed documents: each app registers its own in a `document_kinds.py`, where they are discovered (ledger/apps.py).

register(DocumentKind("pivot-letter", _("Pivot letter"), parts=pivot_letter))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acts.registry import Registry, RegistryKind
from ledger import history_text
from sealing.blocks import Part

if TYPE_CHECKING:
    from oversight.models import Document


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: its code, its label, and the function that turns the content into what is printed.

    `parts` gets the content as JSON gives it back (dates as ISO text, decimals as text) and returns the parts of the PDF in order
    (sealing/blocks.py). It runs once, when the document is issued. `when_sealed` runs in the transaction that records the sealed
    PDF, for example to queue mail.
    """

    code: str
    label: Any
    parts: Callable[[Mapping[str, Any]], Iterable[Part]]
    when_sealed: Callable[[Document], None] | None = None


_kinds: Registry[DocumentKind] = Registry(RegistryKind.DOCUMENT_KIND)


def register(kind: DocumentKind) -> None:
    """Register a kind, and its label as the words for its code in history."""
    _kinds[kind.code] = kind
    history_text.register(words={kind.code: kind.label})


def kind_called(code: str) -> DocumentKind:
    """Return the kind with this code. Raises `KeyError` if no app registered it."""
    return _kinds[code]


def label_of(code: str) -> str:
    """Return the label of a kind, also of one that no app registers any more."""
    return str(_kinds[code].label) if code in _kinds else code.replace("-", " ").capitalize()
