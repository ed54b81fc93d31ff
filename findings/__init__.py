"""What stands in the way of a step, said in a sentence with its remedy.

Pure: no tables, no clock. Gates return findings, acts raise `Refused` with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import gettext_lazy as _


class Severity(IntEnum):
    """How much a finding matters; a gate blocks on its own level and everything above it."""

    NOTE = 10
    WARNS = 20
    BLOCKS_LIVE = 30
    BLOCKS_START = 40
    BLOCKS = 50

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Severity.NOTE: _("Good to know"),
    Severity.WARNS: _("Worth attention"),
    Severity.BLOCKS_LIVE: _("Blocks going live"),
    Severity.BLOCKS_START: _("Blocks the start"),
    Severity.BLOCKS: _("Required for this step"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    `code` is stable and one of findings/codes.py; `message` and `remedy` are whole sentences;
    `place` names the page (a URL name that takes the subject's reference) where it is mended, and `part`
    what its address takes beside the reference, such as one seat of a team.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    place: str = ""
    part: int | None = None


def blocking(code: str, message: str, remedy: str = "", place: str = "") -> Finding:
    """What stands in the way of the step itself, whatever comes after it."""
    return Finding(code, Severity.BLOCKS, message, remedy, place)


class Refused(Exception):
    """An act did not happen, for every reason in `findings`; nothing was written."""

    def __init__(self, findings: Iterable[Finding], *, met: Iterable[str] = ()) -> None:
        self.findings = list(findings)
        self.met = list(met)
        super().__init__(" ".join(str(f.message) for f in self.findings))

    def in_short(self) -> list[Finding]:
        """What a form's own summary says; all of it, unless the page lists it in a way of its own."""
        return self.findings

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


def refuse(code: str, message: str, remedy: str = "", place: str = "") -> Refused:
    """A refusal for one reason, ready to raise."""
    return Refused([blocking(code, message, remedy, place)])
