"""Forms for savings. People type amounts in dollars and parts in percent; the forms return cents and hundredths of a percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from findings import Finding
from ledger.subjects import Subject, subject_called
from metrics.choices import SavingKind
from metrics.models import SavingRevision
from oversight.money.forms import CentsField
from people.models import User
from web.forms import ActForm, DayField

ACCEPTED = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt"
FIELDS_OF = {
    "saving-amounts": "likely_cents", "saving-dates": "to_on", "saving-method": "method", "saving-source": "link", "unsafe-link": "link",
    "saving-reading": "reading", "no-reason": "reason",
}  # fmt: skip


class SavingForm(ActForm):
    """A saving: what it is, its amounts and period, and where the figures come from."""

    verb: Any = _("Add saving")
    title = forms.CharField(label=_("Name"), max_length=150, help_text=_("What is saved, such as “Fewer forms to type in by hand”."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=SavingKind.choices,
        help_text=_("Different kinds are never added together."),
    )
    is_reuse = forms.BooleanField(
        label=_("This is an offset: a component was reused"),
        required=False,
        help_text=_("Shares of it can count in other residencies, 100% in total."),
    )
    low_cents = CentsField(label=_("Low"), required=False, help_text=_("In Canadian dollars, for the whole period."))
    likely_cents = CentsField(label=_("Likely"), required=False)
    high_cents = CentsField(label=_("High"), required=False, help_text=_("Leave all three blank if it isn’t money."))
    from_on = DayField(label=_("First day"), help_text=_("The period in which it is saved. Only days that have begun count in the return."))
    to_on = DayField(label=_("Last day"))
    method = forms.CharField(
        label=_("How it’s calculated"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Show the calculation, such as “1,200 forms × 35 minutes × $52 an hour”."),
    )
    link = forms.CharField(
        label=_("Source: a link"), max_length=1000, required=False, widget=forms.URLInput, help_text=_("Or use a file or a reading below.")
    )
    file = forms.FileField(
        label=_("Source: a file"),
        required=False,
        help_text=_("PDF, PNG, JPEG, Word, Excel, CSV or plain text, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    reading = forms.TypedChoiceField(label=_("Source: a reading"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, readings: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, f"{kind.label}. {kind.meaning}") for kind in SavingKind]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["reading"].choices = [("", _t("None")), *readings]  # type: ignore[attr-defined]
        if not readings:
            del self.fields["reading"]

    def field_of(self, finding: Finding) -> str | None:
        name = "file" if finding.code.startswith("file-") else FIELDS_OF.get(finding.code)
        return name if name in self.fields else None

    @property
    def saving(self) -> dict[str, Any]:
        """Return the input as the acts take it; the reading by its key. Reads no more of a file than the size limit."""
        facts = self.facts
        file = facts.pop("file")
        values = {"name": facts.pop("title"), "reading": facts.pop("reading", None), **facts}
        return values | ({"file_name": file.name, "content": file.read(settings.UPLOAD_LIMIT_BYTES + 1)} if file else {})


class CorrectForm(SavingForm):
    verb = _("Save correction")
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Why you’re correcting the saving. The earlier one stays on record.")
    )

    def __init__(self, *args: Any, revision: SavingRevision, **kwargs: Any) -> None:
        names = ("kind", "low_cents", "likely_cents", "high_cents", "from_on", "to_on", "method")
        initial = {"title": revision.name, **{name: getattr(revision, name) for name in names}}
        super().__init__(*args, initial=initial, **kwargs)
        del self.fields["is_reuse"]
        self.fields["link"].help_text = _t("The source stays as it is unless you add another.")


class RemoveForm(ActForm):
    verb = _("Remove saving")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The saving stays on record with this reason."))


class OtherResidencyForm(ActForm):
    """A form that names another residency by its reference."""

    residency = forms.CharField(label=_("Residency"), max_length=40, help_text=_("Its reference, such as XL-2026-014."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_residency(self) -> Subject:
        reference = self.cleaned_data["residency"].strip().upper()
        subject = subject_called(reference)
        if subject is None or not self.user.has_perm("metrics.view_metrics", subject):
            params = {"reference": reference}
            raise forms.ValidationError(_t("There is no residency “%(reference)s” that you can see.") % params, code="invalid")
        return cast(Subject, subject)


class PartForm(OtherResidencyForm):
    """How much of a saving counts in which residency."""

    verb = _("Save share")
    percent = forms.DecimalField(
        label=_("Share (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("Shares can’t add up to more than 100%. Enter 0 to remove this one."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed to change a share that was set before.")
    )

    def field_of(self, finding: Finding) -> str | None:
        fields = {"saving-parts": "percent", "saving-share": "percent", "no-reason": "reason", "ended": "residency"}
        return fields.get(finding.code)

    @property
    def part(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"to": facts["residency"], "share": int(facts["percent"] * 100), "reason": facts["reason"]}


class ReuseForm(OtherResidencyForm):
    """Which component went from which residency to which."""

    verb = _("Record reuse")
    given = forms.ChoiceField(
        label=_("What happened"), initial="taken", widget=forms.RadioSelect,
        choices=[("taken", _("We reuse one of their components")), ("given", _("They reuse one of our components"))],
    )  # fmt: skip
    component = forms.CharField(label=_("Component"), max_length=150, help_text=_("Such as “Address lookup”."))
    on = DayField(label=_("Reused since"))
    field_order = ("given", "component", "residency", "on")

    def field_of(self, finding: Finding) -> str | None:
        return {"reuse-own": "residency", "reuse-component": "component", "reuse-known": "component", "day-to-come": "on"}.get(finding.code)

    @property
    def reuse(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"other": facts.pop("residency"), **facts, "given": facts["given"] == "given"}
