"""Forms by which lab operations prepare a draft."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.drafting.signing_order import at_once, in_words, side_by_side
from agreements.models import Agreement, AgreementVersion, TemplateVersion
from web.forms import ActForm, DayField


class PrepareForm(ActForm):
    """From which template the agreement is made."""

    findings_in_summary = False  # the page lists them, with links
    verb = _("Prepare the agreement")
    template = forms.ModelChoiceField(TemplateVersion.objects.none(), label=_("Template"), empty_label=None)

    take_over = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, subject_kind: str, voided: Agreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = TemplateVersion.objects.offered_for(subject_kind)  # type: ignore[attr-defined]
        if voided is None:
            del self.fields["take_over"]
        else:
            params = {"reference": voided.reference}
            self.fields["take_over"].label = _("Copy the header, parties, signing order and unique conditions from %(reference)s") % params


class HeaderForm(ActForm):
    """The header's fields, which are the template's data (EL-21)."""

    verb = _("Save header")

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        for field in record.agreement.template_version.header_fields:
            value = record.header.get(field["key"], "")
            is_date = field.get("type") == "date"
            self.fields[field["key"]] = (
                DayField(label=field["label"], initial=value)
                if is_date
                else forms.CharField(label=field["label"], max_length=200, initial=value)
            )


class ConditionsForm(ActForm):
    """Up to three more conditions than there are; an empty one goes away (EL-21)."""

    verb = _("Save conditions")
    SPARE = 2

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        standing = list(record.clauses.filter(kind="unique").order_by("position").values_list("heading", "text"))
        self.count = len(standing) + self.SPARE
        for n, (heading, text) in enumerate(standing + [("", "")] * self.SPARE, 1):
            self.fields[f"heading_{n}"] = forms.CharField(
                label=_("Condition %(n)d: heading") % {"n": n}, max_length=150, required=False, initial=heading
            )
            self.fields[f"text_{n}"] = forms.CharField(
                label=_("Condition %(n)d: text") % {"n": n}, max_length=4000, required=False, initial=text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        for n in range(1, self.count + 1):
            if facts.get(f"heading_{n}", "").strip() and not facts.get(f"text_{n}", "").strip() and f"text_{n}" not in self.errors:
                self.add_error(f"text_{n}", _("Enter the text of condition %(n)d, or clear its heading.") % {"n": n})
        return facts

    @property
    def conditions(self) -> list[tuple[str, str]]:
        return [(self.cleaned_data[f"heading_{n}"], self.cleaned_data[f"text_{n}"]) for n in range(1, self.count + 1)]


ORDERS = [
    ("at_once", _("Everyone at once")),
    ("side_by_side", _("One side after another")),
    ("by_role", _("Role by role, as set below")),
]


class SigningOrderForm(ActForm):
    """Everybody at once, one side after the other, or role by role; and whether signers type a code (EL-28, EL-30)."""

    verb = _("Save order")
    order = forms.ChoiceField(
        label=_("Order"),
        widget=forms.RadioSelect,
        choices=ORDERS,
        help_text=_("People in each stage are asked once the stage before is complete."),
    )
    code_required = forms.BooleanField(
        label=_("Each person enters a one-time code we email to them"),
        required=False,
        help_text=_("The code shows that they can open that mailbox themselves, and weren’t just forwarded the link."),
    )

    def __init__(self, *args: Any, record: AgreementVersion, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"code_required": record.asks_for_code, "order": _order_of(record)}, **kwargs)
        if len(record.agreement.template_version.sides) > 1:
            order = cast(forms.ChoiceField, self.fields["order"])
            order.choices = [(key, in_words(record) if key == "side_by_side" else label) for key, label in ORDERS]
        self.roles = [role for role in record.roles.order_by("position") if role.must_sign]
        for role in self.roles:
            self.fields[f"stage_{role.role_id}"] = forms.TypedChoiceField(
                label=_("Stage: %(role)s") % {"role": role.label}, coerce=int, initial=role.stage,
                choices=[(n, str(n)) for n in range(1, len(self.roles) + 1)],
            )  # fmt: skip

    @property
    def stages(self) -> dict[int, int]:
        """What was chosen, as a stage for each role's key."""
        chosen = {"at_once": at_once, "side_by_side": side_by_side}.get(self.cleaned_data["order"])
        return chosen(self.record) if chosen else {role.role_id: self.cleaned_data[f"stage_{role.role_id}"] for role in self.roles}  # type: ignore[arg-type]


def _order_of(version: AgreementVersion) -> str:
    stages = {role.role_id: role.stage for role in version.roles.all() if role.must_sign}
    for name, preset in (("at_once", at_once(version)), ("side_by_side", side_by_side(version))):
        if (
            len({(stage, preset[role]) for role, stage in stages.items()})
            == len(set(stages.values()))
            == len({preset[role] for role in stages})
        ):
            return name
    return "by_role"


class VersionForm(ActForm):
    """A button that acts on the draft that was shown."""

    findings_in_summary = False  # the page lists them, with links

    def __init__(self, *args: Any, record: AgreementVersion, verb: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = verb or self.verb
