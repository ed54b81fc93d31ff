"""What somebody fills in about our mail to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outbox.models import Wish
from outbox.occasions import optional
from web.forms import ActForm

AT_ONCE, DAILY = "at_once", "daily"
STOP_ALL = "stop_all"


def _kinds() -> list[tuple[str, Any]]:
    return [(name, one.label) for name, one in optional().items()]


class WishForm(ActForm):
    """How mail comes, and which optional mail; pressing the button `STOP_ALL` means none, whatever is ticked (EL-64)."""

    how = forms.ChoiceField(
        label=_("How our mail comes"),
        widget=forms.RadioSelect,
        choices=[(AT_ONCE, _("At once, each message when there is one")), (DAILY, _("Once a day, at 8 am Pacific, all in one mail"))],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Optional mail that I want"),
        widget=forms.CheckboxSelectMultiple,
        choices=_kinds,
        required=False,
        help_text=_("Take the tick off what you do not want. You can put it back at any time."),
    )

    def __init__(self, *args: Any, wish: Wish, **kwargs: Any) -> None:
        super().__init__(*args, initial=as_filled_in(wish), **kwargs)

    @property
    def wanted(self) -> dict[str, Any]:
        """What the act asks for."""
        kinds = set() if STOP_ALL in self.data else set(self.cleaned_data["kinds"])
        return {
            "digest": self.cleaned_data["how"] == DAILY,
            "optional": bool(kinds),
            "stopped": sorted(set(optional()) - kinds) if kinds else [],
        }


def as_filled_in(wish: Wish) -> dict[str, Any]:
    """The form as this wish fills it in."""
    return {"how": DAILY if wish.digest else AT_ONCE, "kinds": [name for name in optional() if wish.wants(name)]}
