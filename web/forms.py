"""What every form of ours has: required marks, help beside the field, a summary that takes focus, one press one act."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.revisions import Revised, Stale
from dates.plausible import implausible
from findings import Finding, Refused
from spelling.clean import clean_text
from web.acts import REFUSED, carry_out
from web.idempotent_post import FIELD


class ActForm(forms.Form):
    """A form whose sending is one act.

    Subclasses set `verb` (the button's words). The hidden submission id makes a second press harmless
    (web/idempotent_post.py). Pass `record=` for a form that edits a `Revised` row: it carries the row's revision,
    and `shown_revision` is what to hand to the action. `carried_out` does the act and shows what came of it: `result` is what it
    gave; `refusal` why it refused, with the `status` for the page. A page that lists the `findings` itself, with links to
    where each is resolved, has `findings_in_summary = False`, and the form's summary is silent about them.
    """

    verb: Any = _("Save")
    findings_in_summary = True
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, record: Revised | None = None, **kwargs: Any) -> None:
        initial = {FIELD: uuid.uuid4(), **(kwargs.pop("initial", None) or {})}
        self.record = record
        if record is not None:
            initial = {name: getattr(record, name) for name in self.base_fields if hasattr(record, name)} | initial
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.data = _tidied(self.data)
        self.use_required_attribute = False
        if record is not None:
            self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=record.revision)
        self.stale: Stale | None = None
        self.result: Any = None
        self.refusal: Refused | Stale | None = None
        self.status = 200
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def shown_revision(self) -> int:
        """The revision of the row that the form showed."""
        return self.cleaned_data["shown_revision"]

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in, without the form's own bookkeeping."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {FIELD, "shown_revision"}}

    @property
    def status_or_422(self) -> int:
        """`status`, and 422 for a form that was filled in wrongly: for pages of one form."""
        return 422 if self.errors and self.refusal is None else self.status

    @property
    def findings(self) -> list[Finding]:
        """Why the act refused."""
        return self.refusal.findings if isinstance(self.refusal, Refused) else []

    def carried_out(self, act: Callable[[], Any]) -> bool:
        """Whether what was filled in is good and `act` did it. If the act refused, the form says why and its `status` is 409."""
        return self.is_valid() and self.hand_to(act)

    def hand_to(self, act: Callable[[], Any]) -> bool:
        """Do as `carried_out` does, whatever is wrong with some fields: for a form that saves those that are good."""
        result = carry_out(act)
        self.result = result.value
        if result.refusal:
            self.show_refusal(result.refusal)
        return bool(result)

    def show_refusal(self, refusal: Refused | Stale) -> None:
        """Show why an act refused, with what was typed; `status` is 409 from then on."""
        self.refusal, self.status = refusal, REFUSED
        if isinstance(refusal, Stale):
            self.became_stale(refusal)
        elif self.findings_in_summary:
            self.add_findings(refusal.in_short())

    def became_stale(self, stale: Stale) -> None:
        """Show both texts; sending again then means: I have seen theirs and want mine."""
        self.stale = stale
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_revision")] = str(stale.current.revision)
        self.data = data
        self.add_error(
            None,
            _("This was changed while you were editing. Nothing was overwritten. Compare below, then save again to keep your version."),
        )

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Say what an act refused, beside the field that it is about, else in the form's own summary."""
        for finding in findings:
            self.add_error(self.field_of(finding), f"{finding.message} {finding.remedy}".strip())

    def field_of(self, finding: Finding) -> str | None:
        """The name of the field that `finding` is about; None for the form as a whole."""
        return None


def _tidied(data: Any) -> Any:
    """What was sent, a line break being one character as browsers count it, and nothing in it that nobody sees."""
    if isinstance(data, QueryDict):
        tidied = QueryDict(mutable=True, encoding=data.encoding)
        for name, values in data.lists():
            tidied.setlist(name, [clean_text(value) for value in values])
        return tidied
    if isinstance(data, dict):
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in data.items()}
    return data


def makes_sense(day: datetime.date) -> None:
    """Raise ValidationError, saying which dates do, for one that nobody can mean."""
    for finding in implausible(day, timezone.localdate()):
        raise ValidationError(f"{finding.message} {finding.remedy}", code=finding.code)


class DayField(forms.DateField):
    """A date, with the browser's own calendar."""

    default_validators = [makes_sense]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            params = {"value": str(value)[:40]}
            message = gettext("“%(value)s” isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31.") % params
            raise ValidationError(message, code="invalid") from error


class PlainSelect(forms.Select):
    """A select without groups, written in one go.

    Django renders a template for each option; in a bar of filters with dozens of them that was a third
    of a list's time (docs/benchmarks.md).
    """

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = {str(item) for item in self.format_value(value)}
        options = mark_safe("".join(_option(str(key), str(label), str(key) in chosen) for key, label in self.choices))  # noqa: S308
        return format_html("<select{}>{}</select>", flatatt({"name": name, **self.build_attrs(self.attrs, attrs)}), options)


def _option(key: str, label: str, chosen: bool) -> str:
    return f'<option value="{escape(key)}"{" selected" if chosen else ""}>{escape(label)}</option>'


class PlainInput(forms.widgets.Input):
    """An input written in one go, as `PlainSelect` is: mixed in before the control that it draws."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        drawn = self.get_context(name, value, attrs)["widget"]
        return format_html("<input{}>", flatatt({"type": drawn["type"], "name": name, "value": drawn["value"], **drawn["attrs"]}))


class PlainText(PlainInput, forms.TextInput):
    """A line of text."""


class PlainCheckbox(PlainInput, forms.CheckboxInput):
    """A box to tick."""
