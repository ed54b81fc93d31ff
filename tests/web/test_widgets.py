"""Form controls of our own."""

from __future__ import annotations

from django import forms
from django.test import SimpleTestCase

from web.forms import PlainCheckbox, PlainSelect, PlainText

CHOICES = [("", "Any"), ("a&b", "Fish & <chips>"), ("c", "Crabs")]


class Plain(forms.Form):
    dish = forms.ChoiceField(choices=CHOICES, widget=PlainSelect(attrs={"class": "form-select"}), required=False)


class Djangos(forms.Form):
    dish = forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": "form-select"}), required=False)


def test_a_plain_select_says_the_same_as_djangos():
    for data in ({}, {"dish": "a&b"}, {"dish": "c"}, {"dish": "none such"}):
        SimpleTestCase().assertHTMLEqual(str(Plain(data)["dish"]), str(Djangos(data)["dish"]))


class PlainLines(forms.Form):
    q = forms.CharField(widget=PlainText(attrs={"type": "search", "maxlength": 100}), required=False)
    late = forms.BooleanField(widget=PlainCheckbox(attrs={"value": "true"}), required=False)


class DjangosLines(forms.Form):
    q = forms.CharField(widget=forms.TextInput(attrs={"type": "search", "maxlength": 100}), required=False)
    late = forms.BooleanField(widget=forms.CheckboxInput(attrs={"value": "true"}), required=False)


def test_plain_inputs_say_the_same_as_djangos():
    for data in ({}, {"q": '<a "b">&'}, {"q": ""}, {"q": "x", "late": "true"}, {"late": "on"}):
        for name in ("q", "late"):
            SimpleTestCase().assertHTMLEqual(str(PlainLines(data)[name]), str(DjangosLines(data)[name]))
