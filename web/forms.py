"""The base of all forms: required marks, help beside each field, an error summary that takes focus, and one act per submission."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
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
    """A form that carries out one act when it is sent.

    Subclasses set `verb` (the button's label). The hidden submission id makes a second click harmless
    (web/idempotent_post.py). Pass `record=` for a form that edits a `Revised` row: the form then includes the row's revision,
    and `shown_revision` is what to pass to the action. `carried_out` carries out the act and shows the outcome: `result` is
    what it returned, `refusal` is why it refused, and `status` is the status for the page. If a page lists the `findings`
    itself, with links to where each is resolved, set `findings_in_summary = False` to leave them out of the form's summary.
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
        """The revision of the row that the form was showing."""
        return self.cleaned_data["shown_revision"]

    @property
    def facts(self) -> dict[str, Any]:
        """The values entered, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {FIELD, "shown_revision"}}

    @property
    def status_or_422(self) -> int:
        """`status`, or 422 if the form has errors; for pages with a single form."""
        return 422 if self.errors and self.refusal is None else self.status

    @property
    def findings(self) -> list[Finding]:
        """Why the act refused."""
        return self.refusal.findings if isinstance(self.refusal, Refused) else []

    def carried_out(self, act: Callable[[], Any]) -> bool:
        """Carry out `act` if the form is valid; returns whether it was carried out. If it refused, the form says why and `status` is 409."""
        return self.is_valid() and self.hand_to(act)

    def hand_to(self, act: Callable[[], Any]) -> bool:
        """Do what `carried_out` does even if some fields have errors, for a form that saves the valid ones."""
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
        """Show both texts. Sending the form again then means that the user has seen theirs and wants their own."""
        self.stale = stale
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_revision")] = str(stale.current.revision)
        self.data = data
        self.add_error(
            None,
            _("This was changed while you were editing. Nothing was overwritten. Compare below, then save again to keep your version."),
        )

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Show findings beside the fields that they are about, or else in the form's summary."""
        for finding in findings:
            self.add_error(self.field_of(finding), f"{finding.message} {finding.remedy}".strip())

    def field_of(self, finding: Finding) -> str | None:
        """The name of the field that `finding` is about; None for the form as a whole."""
        return None


class LifecycleForm(ActForm):
    """What a move of a lifecycle asks beside its button; the page lists what refuses it."""

    findings_in_summary = False

    @property
    def met(self) -> list[str]:
        """What holds already, of all that the move needs."""
        return list(self.refusal.met) if isinstance(self.refusal, Refused) else []


def _tidied(data: Any) -> Any:
    """Clean the data that was sent: line breaks as one character, as browsers count them, and no invisible characters."""
    if isinstance(data, QueryDict):
        tidied = QueryDict(mutable=True, encoding=data.encoding)
        for name, values in data.lists():
            tidied.setlist(name, [clean_text(value) for value in values])
        return tidied
    if isinstance(data, dict):
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in data.items()}
    return data


def makes_sense(day: datetime.date) -> None:
    """Raise ValidationError, with the dates that are plausible, for a date that no one can mean."""
    for finding in implausible(day, timezone.localdate()):
        raise ValidationError(f"{finding.message} {finding.remedy}", code=finding.code)


class DayField(forms.DateField):
    """A date field with the browser's date picker."""

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


class ClockField(forms.TimeField):
    """A time of day, Pacific, with the browser's time picker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


class PlainSelect(forms.Select):
    """A select without groups, rendered in one step.

    Django renders a template for each option, which took a third of a list's time in a filter bar with
    dozens of options (docs/benchmarks.md).
    """

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = frozenset(str(item) for item in self.format_value(value))
        options = _options(tuple((str(key), str(label)) for key, label in self.choices), chosen)
        return format_html("<select{}>{}</select>", _attributes({"name": name, **self.build_attrs(self.attrs, attrs)}), options)


@lru_cache(maxsize=500)
def _options(choices: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    """Return the options as HTML; remembered, because a list has the same filters each time."""
    return mark_safe("".join(_option(key, label, key in chosen) for key, label in choices))  # noqa: S308 - each is escaped


def _attributes(attributes: dict[str, Any]) -> SafeString:
    """Return what Django's `flatatt` returns, but for the order, in a sixth of its calls."""
    shown = ((name, value) for name, value in attributes.items() if value is not None and value is not False)
    return mark_safe("".join(f" {name}" if value is True else f' {name}="{escape(str(value))}"' for name, value in shown))  # noqa: S308


def _option(key: str, label: str, chosen: bool) -> str:
    # Python's own `escape`: Django's first asks whether its argument is lazy, which takes longer than escaping a text.
    return f'<option value="{escape(key)}"{" selected" if chosen else ""}>{escape(label)}</option>'


class PlainInput(forms.widgets.Input):
    """A mixin that renders an input in one step, like `PlainSelect`. It goes before the widget class."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        drawn = self.get_context(name, value, attrs)["widget"]
        return format_html("<input{}>", _attributes({"type": drawn["type"], "name": name, "value": drawn["value"], **drawn["attrs"]}))


class PlainText(PlainInput, forms.TextInput):
    """A single-line text input."""


class PlainCheckbox(PlainInput, forms.CheckboxInput):
    """A checkbox."""


def _choices(choices: Any) -> list[tuple[Any, Any]]:
    """Return the choices of a select; those of a model in one query, without the count and the cursor that Django's own iterator uses."""
    if isinstance(choices, ModelChoiceIterator) and getattr(choices.field, "null_label", None) is None:
        empty = choices.field.empty_label
        return [*([] if empty is None else [("", empty)]), *map(choices.choice, choices.queryset.all())]
    return list(iter(choices))


def plain(widget: forms.Widget) -> forms.Widget:
    """Return a widget that renders the same in one step, or `widget` itself if there is none, as for a select with groups."""
    if type(widget) is forms.Select:
        choices = _choices(widget.choices)
        return widget if any(isinstance(label, (list, tuple)) for _key, label in choices) else PlainSelect(widget.attrs, choices)
    if type(widget) is forms.TextInput:
        text = PlainText(widget.attrs)
        text.input_type = widget.input_type
        return text
    return PlainCheckbox(widget.attrs, widget.check_test) if type(widget) is forms.CheckboxInput else widget
