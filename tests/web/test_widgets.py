"""Form controls of our own."""

from __future__ import annotations

from django import forms
from django.test import SimpleTestCase

from web.widgets import PlainSelect

CHOICES = [("", "Any"), ("a&b", "Fish & <chips>"), ("c", "Crabs")]


class Plain(forms.Form):
    dish = forms.ChoiceField(choices=CHOICES, widget=PlainSelect(attrs={"class": "form-select"}), required=False)


class Djangos(forms.Form):
    dish = forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": "form-select"}), required=False)


def test_a_plain_select_says_the_same_as_djangos():
    for data in ({}, {"dish": "a&b"}, {"dish": "c"}, {"dish": "none such"}):
        SimpleTestCase().assertHTMLEqual(str(Plain(data)["dish"]), str(Djangos(data)["dish"]))
