"""Findings: what blocks a step, in a sentence, with how to resolve it.

Pure: no tables, no clock. Gates return findings; acts raise `Refused` with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Severity(IntEnum):
    """How much a finding matters. A move is blocked by findings of its own level and above."""

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
    Severity.WARNS: _("Needs attention"),
    Severity.BLOCKS_LIVE: _("Blocks going live"),
    Severity.BLOCKS_START: _("Blocks the start"),
    Severity.BLOCKS: _("Required for this step"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    `code` is stable and one of findings/codes.py; `message` and `remedy` are whole sentences;
    `place` names the page where it is fixed (a URL name that takes the subject's reference), and `part`
    is what else its address needs, such as one seat of a team.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    place: str = ""
    part: int | None = None


def blocking(code: str, message: str, remedy: str = "", place: str = "") -> Finding:
    """Return a finding that blocks the step itself and every later one."""
    return Finding(code, Severity.BLOCKS, message, remedy, place)


def remembered_finding(values: Sequence[Any]) -> Finding:
    """Return a finding from its values in order, as JSON holds them."""
    code, severity, *rest = values
    return Finding(code, Severity(severity), *rest)


class Refused(Exception):
    """Raised when an act is refused, with every reason in `findings`; nothing was written."""

    def __init__(self, findings: Iterable[Finding], *, met: Iterable[str] = ()) -> None:
        self.findings = list(findings)
        self.met = list(met)
        super().__init__(" ".join(str(f.message) for f in self.findings))

    def in_short(self) -> list[Finding]:
        """Return the findings for a form's own summary: all of them, unless the page lists them in its own way."""
        return self.findings

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


def refuse(code: str, message: str, remedy: str = "", place: str = "") -> Refused:
    """Return a refusal with one finding, ready to raise."""
    return Refused([blocking(code, message, remedy, place)])
