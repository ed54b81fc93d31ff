"""What somebody fills in who was given a document (EL-32)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sealing.verification.command import fingerprint


class FingerprintForm(forms.Form):
    """64 hex digits as people copy them: in groups, in capitals (EL-32)."""

    sha256 = forms.CharField(
        label=_("Fingerprint (SHA-256)"),
        help_text=_("64 digits, 0 to 9 and a to f. It’s printed on every page of the agreement and on the certificate. Spaces are fine."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    use_required_attribute = False

    def clean_sha256(self) -> str:
        try:
            return fingerprint(self.cleaned_data["sha256"])
        except ValueError as error:
            digits = len("".join(self.cleaned_data["sha256"].split()))
            raise forms.ValidationError(
                _("A fingerprint has 64 digits, 0 to 9 and a to f. This has %(count)d characters. Please copy it again.")
                % {"count": digits}
            ) from error


class FileToVerifyForm(forms.Form):
    """A PDF that somebody was given (EL-32)."""

    file = forms.FileField(
        label=_("The PDF"),
        help_text=_("At most 10 MB. We look at it and keep nothing of it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": _("Choose the PDF that you want to check."), "empty": _("This file is empty. Choose another one.")},
    )
    use_required_attribute = False

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB, and so no agreement of ours. Choose another one."))
        return file
