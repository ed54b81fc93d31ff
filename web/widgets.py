"""Form controls of our own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


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
