"""The field for a date: picked or typed as 2026-03-31, and one that makes sense (dates/plausible.py)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.plausible import implausible


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
            message = _("“%(value)s” isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31.") % params
            raise ValidationError(message, code="invalid") from error
