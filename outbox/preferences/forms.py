"""What a person fills in about our mail to them (EL-64)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from acts.revisions import Stale
from outbox.catalogue.messages import optional
from outbox.models import MailPreference
from web.forms import ActForm

AT_ONCE, DAILY = "at_once", "daily"


STOP_ALL = "stop_all"


def _kinds() -> list[tuple[str, Any]]:
    return [(name, kind.label) for name, kind in optional().items()]


class MailPreferenceForm(ActForm):
    """How mail comes, and which optional mail of `kinds`; pressing the button `STOP_ALL` means none, whatever is ticked (EL-64).

    What was chosen of kinds that are not shown stays as it was.
    """

    how = forms.ChoiceField(
        label=_("How our mail comes"),
        widget=forms.RadioSelect,
        choices=[(AT_ONCE, _("At once, each message when there is one")), (DAILY, _("Once a day, at 8 a.m. Pacific, all in one mail"))],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Optional mail"),
        widget=forms.CheckboxSelectMultiple,
        choices=_kinds,
        required=False,
        help_text=_("Take the tick off what you do not want. You can put it back at any time."),
    )

    def __init__(self, *args: Any, wish: MailPreference, kinds: Collection[str], **kwargs: Any) -> None:
        self.wish, self.shown = wish, kinds
        super().__init__(*args, initial=as_filled_in(wish, kinds), **kwargs)
        cast(forms.CheckboxSelectMultiple, self.fields["kinds"].widget).choices = [choice for choice in _kinds() if choice[0] in kinds]

    def clean_kinds(self) -> list[str]:
        return [name for name in self.cleaned_data["kinds"] if name in self.shown]

    def became_stale(self, stale: Stale) -> None:
        """Both are shown as they are chosen."""
        theirs, mine = as_filled_in(cast(MailPreference, stale.current), self.shown), self.facts
        super().became_stale(
            Stale(
                stale.current,
                {name: (self._chosen(name, theirs), self._chosen(name, mine)) for name in theirs if theirs[name] != mine[name]},
            )
        )

    def _chosen(self, name: str, facts: dict[str, Any]) -> str:
        labels: dict[str, Any] = dict(cast(Any, self.fields[name]).choices)
        return ", ".join(str(labels[value]) for value in ([facts[name]] if name == "how" else facts[name]))

    @property
    def wanted(self) -> dict[str, Any]:
        """What the act asks for."""
        kinds = set() if STOP_ALL in self.data else set(self.cleaned_data["kinds"])
        stopped = set(self.shown) - kinds if kinds else set()
        return {
            "digest": self.cleaned_data["how"] == DAILY,
            "optional": bool(kinds),
            "stopped": sorted(stopped | (set(self.wish.stopped) - set(self.shown))),
        }


def as_filled_in(wish: MailPreference, kinds: Collection[str]) -> dict[str, Any]:
    """The form for these kinds as this wish fills it in."""
    return {"how": DAILY if wish.digest else AT_ONCE, "kinds": [name for name in kinds if wish.wants(name)]}
