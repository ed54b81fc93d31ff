"""Forms for tools and templates and their versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from findings import Finding
from oversight.checklists.forms import ACCEPTED
from partnerships.models import PartnershipModel, ResourceKind, Theme
from web.forms import ActForm, DayField


class ResourceForm(ActForm):
    """A new tool, which is being prepared until its first version is published."""

    verb = _("Add the tool")
    title = forms.CharField(label=_("Title"), max_length=150)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Lowercase letters and hyphens, such as site-plan. You can’t change it later.")
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=500, required=False)
    when_to_use = forms.CharField(label=_("When to use it"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    applies_to = forms.ModelMultipleChoiceField(
        PartnershipModel.objects.all(), label=_("Models"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("If you choose none, it applies to all models."),
    )  # fmt: skip

    def field_of(self, finding: Finding) -> str | None:
        return "code" if finding.code == "guidance-code-known" else None


class VersionForm(ActForm):
    """A file or a link, as the next version of a tool."""

    verb = _("Publish")
    url = forms.CharField(
        label=_("Link"), max_length=1000, required=False, widget=forms.URLInput, help_text=_("A web address that starts with https://.")
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, PNG, JPEG, Word, Excel, CSV or plain text, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    review_on = DayField(label=_("Review date"), required=False, help_text=_("When to check that it’s still current."))

    def field_of(self, finding: Finding) -> str | None:
        if finding.code == "unsafe-link":
            return "url"
        return "file" if finding.code.startswith("file-") or finding.code == "resource-empty" else None

    @property
    def version(self) -> dict[str, Any]:
        """Return the input as the act takes it. Reads no more of a file than the size limit."""
        file = self.cleaned_data.get("file")
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in ("url", "review_on")}
        return values | ({"file_name": file.name, "content": file.read(settings.UPLOAD_LIMIT_BYTES + 1)} if file else {})
