"""What somebody says about a clause."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import Party
from web.forms import ActForm


class TalkForm(ActForm):
    """A question or a comment, and who else should hear of it (EL-24)."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Send")
    text = forms.CharField(
        label=_("Your question or comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your question or comment first.")},
        help_text=_("All parties and the lab can read it."),
    )  # fmt: skip
    mentions = forms.ModelMultipleChoiceField(
        Party.objects.none(), label=_("Who else should get a mail about it?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, parties: QuerySet[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = parties.select_related("person", "role").order_by("role__position")  # type: ignore[attr-defined]
