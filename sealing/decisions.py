"""The form on the page of a seal that waits: what lab operations can decide about it, with a reason (EL-31)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sealing.models import SealRequest
from web.forms import ActForm

Act = Callable[..., Any]


@dataclass(frozen=True)
class Choice:
    """A decision about a seal that waits: `act` carries it out."""

    verb: str
    says: str
    act: Act


def choice_about(request: SealRequest | None, *, print_again: Act, without_timestamp: Act) -> Choice | None:
    """Return what a person can decide about `request` now; None if there is nothing to decide."""
    if request is None:
        return None
    if request.is_stuck:
        says = _(
            "The PDF now comes out differently from the first time. Compare the page on screen with what you expect. If it’s right, seal it as it comes out now."
        )
        return Choice(_("Seal as it is now"), says, print_again)
    if request.awaits_timestamp:
        says = _(
            "You can seal this document without a time stamp. The seal is then only valid until its certificate expires, and we keep your reason on record."
        )
        return Choice(_("Seal without a time stamp"), says, without_timestamp)
    return None


class SealForm(ActForm):
    """Why lab operations decide as they do about a seal that waits."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("We keep it on record with the document."),
    )

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = verb
