"""The answer about a document: one verdict, and every check that led to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark `text` for translation, which happens where it is shown, because this package doesn't use Django."""
    return text


class Kind(Enum):
    """The verdict; its value is the command's exit code."""

    GENUINE = 0
    ALTERED = 1
    FOREIGN = 2
    UNPROVEN = 3

    @property
    def word(self) -> str:
        return self.name.lower()


SENTENCES = {
    Kind.GENUINE: gettext_noop("Genuine. This is the document as the lab sealed it."),
    Kind.ALTERED: gettext_noop("Altered. This isn’t the document as the lab sealed it."),
    Kind.FOREIGN: gettext_noop("Not ours, or not readable. This file doesn’t have the lab’s seal."),
    Kind.UNPROVEN: gettext_noop("Unchanged, but we can’t prove now that the lab sealed it."),
}


@dataclass(frozen=True)
class Check:
    """One check and its result. `text` is a whole sentence with named placeholders, which `facts` fill."""

    code: str
    passed: bool
    text: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        return self.text % self.facts


@dataclass(frozen=True)
class Signed:
    """A role that signed, and when by the portal's clock."""

    role: str
    at: str


@dataclass(frozen=True)
class Contents:
    """What the document says about itself, which is only as trustworthy as the verdict."""

    version: int
    sha256: str
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True)
class Issued:
    """What a letter or report says about itself: the code of its kind, and when it was issued."""

    kind: str
    at: str
    sha256: str

    @property
    def label(self) -> str:
        """The code in words, since this package doesn't know the portal's labels."""
        return self.kind.replace("-", " ").capitalize()


@dataclass(frozen=True)
class Verdict:
    """The verdict: its `kind`, the checks in order, and what the file says about itself if that is valid.

    `contents` is an agreement's, `issued` a letter's or report's. `words` is the fingerprint of what is attached, whatever the
    verdict, even for a forgery.
    """

    kind: Kind
    sha256: str
    checks: tuple[Check, ...]
    contents: Contents | None = None
    sealed_at: datetime.datetime | None = None
    words: str = ""
    issued: Issued | None = None

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def codes(self) -> set[str]:
        """The codes of the failed checks."""
        return {check.code for check in self.failed}

    def plain(self) -> dict[str, Any]:
        """Return the verdict in JSON's own types; `of_plain` reads it back."""
        return {
            "verdict": self.kind.word,
            "exit": self.kind.value,
            "sha256": self.sha256,
            "checks": [{"code": c.code, "passed": c.passed, "says": c.says, "text": c.text, "facts": c.facts} for c in self.checks],
            "words": self.words,
            "sealed_at": self.sealed_at.isoformat() if self.sealed_at else None,
            "agreement": self.contents
            and {
                "version": self.contents.version,
                "sha256": self.contents.sha256,
                "signed": [{"role": signed.role, "at": signed.at} for signed in self.contents.signed],
            },
            "document": self.issued and {"kind": self.issued.kind, "issued_at": self.issued.at, "sha256": self.issued.sha256},
        }


def of_plain(plain: dict[str, Any]) -> Verdict:
    """Return the verdict that `Verdict.plain` wrote."""
    inside, issued = plain["agreement"], plain["document"]
    return Verdict(
        Kind(plain["exit"]),
        plain["sha256"],
        tuple(Check(c["code"], c["passed"], c["text"], c["facts"]) for c in plain["checks"]),
        inside and Contents(inside["version"], inside["sha256"], tuple(Signed(s["role"], s["at"]) for s in inside["signed"])),
        datetime.datetime.fromisoformat(plain["sealed_at"]) if plain["sealed_at"] else None,
        plain["words"],
        issued and Issued(issued["kind"], issued["issued_at"], issued["sha256"]),
    )


class Failed(Exception):
    """Raised when a check fails, which ends the verification; `kind` is the verdict."""

    def __init__(self, kind: Kind, check: Check) -> None:
        self.kind, self.check = kind, check
        super().__init__(check.says)
