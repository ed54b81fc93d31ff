"""Model fields that keep what was typed in one form, however it came in: by a form, an import or code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from spelling.clean import clean_address, clean_line


class LineInput(forms.CharField):
    """A single line without characters that nobody sees; its length is counted after they are gone."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_line(value) if isinstance(value, str) else value


class AddressInput(forms.EmailField):
    """An email address in the one form in which it is kept."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_address(value) if isinstance(value, str) else value


class _Tidied(models.CharField):
    """Keeps a value as `tidy` makes it, whether it is saved, updated or looked for. The column is an ordinary one."""

    def tidy(self, value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.tidy(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self.tidy(value) if isinstance(value, str) else value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        if isinstance(value, str):
            value = self.tidy(value)
            setattr(instance, self.attname, value)
        return value


class LineField(_Tidied):
    """A name, title or organization (spelling/clean.py)."""

    def tidy(self, value: str) -> str:
        return clean_line(value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LineInput, **kwargs})


class AddressField(_Tidied, models.EmailField):
    """An email address (spelling/clean.py)."""

    def tidy(self, value: str) -> str:
        return clean_address(value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressInput, **kwargs})
