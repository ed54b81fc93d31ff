"""Why messages are sent, in words, and what their recipients may wish about them; each app that queues messages says its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ledger import history_text


@dataclass(frozen=True)
class Occasion:
    """Why we write, in words.

    Whoever gets it may stop what is `optional`, and has what `may_wait` in a daily digest if they asked for one (EL-64).
    Requests to sign, codes, invitations and mail about accounts are neither. A file or a secret, such as a link, goes at
    once whatever is said here; news, which is no secret, may wait. What is `for_lab` goes to nobody else.
    """

    label: Any
    optional: bool = False
    may_wait: bool = False
    for_lab: bool = False

    def __str__(self) -> str:
        return str(self.label)

    def lets_wait(self, minted: Iterable[str]) -> bool:
        """Whether a message that has this put in as it leaves may wait for a digest."""
        return self.may_wait and all(name.startswith(SAID) for name in minted)


DIGEST = "daily-digest"
FILE, SAID = "file:", "said:"  # what the names of a mint begin with (outbox.texts.Said)
OCCASIONS: dict[str, Occasion] = {
    "password-link": Occasion(_("Choose a password")),
    "account-invitation": Occasion(_("New account")),
    "account-address-changed": Occasion(_("A new address to sign in with")),
    "account-paused": Occasion(_("Signing in is paused")),
    DIGEST: Occasion(_("Daily digest")),
}


def declare_occasions(occasions: Mapping[str, Any]) -> None:
    """Make occasions known, each an `Occasion` or, for one that is neither optional nor may wait, its words; called from an app's `ready()`."""
    for name, occasion in occasions.items():
        OCCASIONS[name] = occasion if isinstance(occasion, Occasion) else Occasion(occasion)
    history_text.register(words={name: OCCASIONS[name].label for name in occasions if OCCASIONS[name].optional})


def occasion_of(name: str) -> Occasion:
    """What is declared of it; one that nobody declared is shown in its own words, and goes at once to everybody."""
    return OCCASIONS.get(name) or Occasion(name.replace("-", " ").replace("_", " ").capitalize())


def occasion_label(name: str) -> str:
    """The occasion in words."""
    return str(occasion_of(name))


def optional() -> dict[str, Occasion]:
    """What people may stop, by its words."""
    return dict(sorted(((name, occasion) for name, occasion in OCCASIONS.items() if occasion.optional), key=lambda pair: str(pair[1])))
