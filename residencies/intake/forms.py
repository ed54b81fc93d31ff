"""The forms of an intake: each step saves only what its writer changed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from acts.revisions import Revised, Stale
from findings import Finding
from residencies.intake.rules import MOST_WORDS
from residencies.models import Condition, Intake, Ministry, Need, ProgramArea, Question, Residency
from web.forms import ActForm, DayField

WAS = "was_"
YES_NO = (("yes", _("Yes")), ("no", _("No")))


class SittingForm(ActForm):
    """A form of which only the changed fields are saved, so that colleagues in other fields don't cross.

    Beside each field it carries what its writer was shown; `changes` and `shown` go to the action, which
    raises `Stale` where a colleague changed the same field meanwhile.
    """

    verb = _("Save")

    def __init__(self, *args: Any, record: Revised, **kwargs: Any) -> None:
        self.kept = [name for name in self.base_fields if name != "submission"]
        self.record_pk = record.pk
        super().__init__(*args, initial={name: _as_typed(getattr(record, name)) for name in self.kept}, **kwargs)
        for name in self.kept:
            self.fields[WAS + name] = forms.CharField(
                widget=forms.HiddenInput, required=False, strip=False, initial=_as_typed(getattr(record, name))
            )

    @property
    def changes(self) -> dict[str, Any]:
        """Each field that its writer changed and that can be saved, by name."""
        return {name: value for name, value in self._sent().items() if value != self.shown[name]}

    @property
    def shown(self) -> dict[str, Any]:
        """What the writer had before them in each field."""
        return {name: self._read(name, self.cleaned_data.get(WAS + name, "")) for name in self.kept}

    def _sent(self) -> dict[str, Any]:
        return {name: _one_newline(self.cleaned_data[name]) for name in self.kept if name in self.cleaned_data and self._was_sent(name)}

    def _was_sent(self, name: str) -> bool:
        return self.add_prefix(name) in self.data

    def _read(self, name: str, typed: str) -> Any:
        try:
            return _one_newline(self.fields[name].clean(typed))
        except ValidationError:
            return None

    def became_stale(self, stale: Stale) -> None:
        super().became_stale(stale)
        data: Any = self.data
        for name in self.kept:
            data[WAS + name] = _as_typed(getattr(stale.current, name))


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _one_newline(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _text(model: type[Revised], name: str, help_text: Any = "", rows: int = 4, **attrs: Any) -> forms.CharField:
    field: Any = model._meta.get_field(name)
    widget = (
        forms.Textarea(attrs={"rows": rows, **attrs}) if not field.max_length or field.max_length > 300 else forms.TextInput(attrs=attrs)
    )
    return forms.CharField(
        label=capfirst(field.verbose_name), help_text=help_text, widget=widget, max_length=field.max_length or 20_000, required=False
    )


def _yes_no(name: str, help_text: Any = "") -> forms.TypedChoiceField:
    field: Any = Intake._meta.get_field(name)
    return forms.TypedChoiceField(
        label=capfirst(field.verbose_name), help_text=help_text, choices=YES_NO, widget=forms.RadioSelect, coerce=lambda typed: typed == "yes",
        empty_value=None, required=False,
    )  # fmt: skip


class StartForm(ActForm):
    """What a residency begins with: whose it is, what it is about (EL-01)."""

    verb = _("Start the intake")
    ministry = forms.ModelChoiceField(
        label=_("Ministry"), queryset=Ministry.objects.filter(active=True), empty_label=_("Choose a ministry")
    )
    area = forms.CharField(
        label=_("Program area"),
        help_text=_("The branch or program that has the problem. Choose one from the list, or enter a new name."),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "areas", "autocomplete": "off"}),
    )
    product = forms.CharField(
        label=_("Product"), help_text=_("A working name of two or three words. You can change it later."), max_length=150
    )
    problem = forms.CharField(
        label=_("The problem, in one sentence"),
        help_text=_("Who has it, and what it costs them. Describe one problem: a residency takes on one."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def field_of(self, finding: Finding) -> str | None:
        return "area" if finding.code == "area-busy" else None

    @staticmethod
    def known_areas() -> list[tuple[str, str]]:
        """Names to choose from, each with its ministry."""
        return list(ProgramArea.objects.filter(ministry__active=True).values_list("name", "ministry__name")[:1000])


class AreaForm(StartForm):
    """The same four facts of a draft that is there."""

    verb = _("Save and continue")

    def __init__(self, *args: Any, residency: Residency, **kwargs: Any) -> None:
        area = residency.program_area
        initial = {"ministry": area.ministry_id, "area": area.name, "product": residency.product, "problem": residency.problem}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=residency.revision)
        cast(forms.ModelChoiceField, self.fields["ministry"]).queryset = Ministry.objects.filter(active=True) | Ministry.objects.filter(
            pk=area.ministry_id
        )


class ProblemForm(SittingForm):
    verb = _("Save and continue")
    description = _text(
        Intake,
        "description",
        format_html(
            '{} <span id="id_description_words" data-text="{}"></span>',
            _("What you think the problem is, in 300 words or fewer."),
            _("{words} words so far."),
        ),
        rows=8,
        **{"data-words": MOST_WORDS},
    )
    for_whom = _text(Intake, "for_whom", _("Who has the problem, and how many of them there are."))
    looked_into = _text(Intake, "looked_into", _("Research, numbers, conversations with the people affected."))
    permission = _text(Intake, "permission", _("Who agreed that you can look into this, and how much time you have for it."))
    related_agencies = _text(Intake, "related_agencies", _("Other ministries, agencies and governments that have a part in this."), rows=3)
    resources_held = _text(Intake, "resources_held", _("People, data, systems and money you already have."), rows=3)
    resources_needed = _text(Intake, "resources_needed", _("People, data, systems and money you still need."), rows=3)


class PeopleForm(SittingForm):
    verb = _("Save and continue")
    funding_source = _text(Intake, "funding_source", _("The budget that pays for the team, and who confirmed it."))
    yearly_budget_dollars = forms.IntegerField(
        label=capfirst(Intake._meta.get_field("yearly_budget_dollars").verbose_name),
        help_text=_("Staff, contracts and training for a year, as a whole number."),
        min_value=0, max_value=1_000_000_000, required=False,
    )  # fmt: skip
    proposed_team = _text(Intake, "proposed_team", _("Roles, and the people you already have for them."))
    government_employees_planned = forms.IntegerField(
        label=capfirst(Intake._meta.get_field("government_employees_planned").verbose_name),
        help_text=_("Employees of your ministry who will be on the team."),
        min_value=0, max_value=99, required=False,
    )  # fmt: skip
    devops_planned = _yes_no("devops_planned")
    devops_plan = _text(Intake, "devops_plan", _("For example: hired by June, or lent by the IM branch."))
    product_owner_name = _text(Intake, "product_owner_name", _("The person who decides what the product does, day by day."))
    product_owner_title = _text(Intake, "product_owner_title")
    product_owner_full_time = _yes_no("product_owner_full_time")
    sponsors = _text(Intake, "sponsors", _("Names and titles of the executives who support this."), rows=3)
    sponsor_up_to_adm = _yes_no("sponsor_up_to_adm")
    sponsor_adm_name = _text(Intake, "sponsor_adm_name", _("Name and title."))
    sponsor_adm_on = DayField(label=capfirst(Intake._meta.get_field("sponsor_adm_on").verbose_name), required=False)
    sensitivity = forms.ChoiceField(
        label=capfirst(Intake._meta.get_field("sensitivity").verbose_name),
        choices=Intake.Sensitivity.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    openness_plan = _text(
        Intake, "openness_plan", _("If the data is sensitive: what could be open, such as code, backlog and research."), rows=3
    )


class CaseForm(SittingForm):
    verb = _("Save and continue")
    case = _text(Condition, "case", rows=8)


class AnswerForm(SittingForm):
    verb = _("Save the answer")
    answer = _text(Question, "answer")


class NeedForm(SittingForm):
    verb = _("Save the need")
    statement = _text(Need, "statement", _("What people need, in their own words."))
    impediment = _text(Need, "impediment", rows=2)
    cause = _text(Need, "cause", rows=2)
    evidence = _text(Need, "evidence", rows=2)

    def __init__(self, *args: Any, record: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record or Need(), **kwargs)
        self.fields["statement"].required = True


class LinkForm(ActForm):
    verb = _("Add the link")
    title = forms.CharField(label=_("Description"), max_length=200)
    url = forms.CharField(
        label=_("Link"),
        max_length=1000,
        help_text=_("An address that begins with https://."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )

    def field_of(self, finding: Finding) -> str | None:
        return None if finding.code == "not-draft" else "url"


class FileForm(ActForm):
    verb = _("Add the file")
    title = forms.CharField(label=_("Description"), max_length=200)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PNG, JPEG, Word, Excel, CSV or plain text, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt"}),
    )

    def field_of(self, finding: Finding) -> str | None:
        return None if finding.code == "not-draft" else "file"


class SubmitForm(ActForm):
    """What is missing is listed on the page, with links."""

    verb = _("Send to the lab")
    findings_in_summary = False


class ShareForm(ActForm):
    verb = _("Share the intake")
    email = forms.EmailField(
        label=_("Your colleague’s email address"), help_text=_("Your colleague needs an applicant account."), max_length=254
    )


class ActOnlyForm(ActForm):
    """A button: nothing to fill in, pressed once."""
