"""What a document must satisfy before it is issued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from findings import Finding, blocking
from sealing import fonts

MOST = 5


def unprintable(texts: Iterable[str], place: str) -> Iterator[Finding]:
    """Yield a finding for each character that no packaged font can print, because a sealed page can't be changed; a few at most."""
    for letter in fonts.unprintable("".join(texts))[:MOST]:
        message = _("“%(letter)s” can’t be printed in the document.") % {"letter": letter}
        remedy = _("Use a different character. If you need it to write a name or language, ask the lab’s technical team to add a font.")
        yield blocking("letter-unprintable", message, remedy, place)
