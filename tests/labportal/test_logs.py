"""What the log of a running portal holds."""

import logging

import pytest

from labportal.logs import is_no_repeated_advice, logging_config

ADVICE = (
    'Using fontTools instead of HarfBuzz-Subset for font "%s". This will be unsupported in future versions of WeasyPrint. '
    "Please install HarfBuzz-Subset >= 4.1.0 with your package manager."
)


def test_advice_to_install_a_library_is_not_repeated_for_every_pdf():
    """K16: it covered the welcome screen of `make run`; `manage.py doctor` says it once."""
    weasyprint = logging.getLogger("weasyprint")

    def passes(message: str, *arguments: object) -> bool:
        return is_no_repeated_advice(weasyprint.makeRecord("weasyprint", logging.WARNING, "", 0, message, arguments, None))

    assert not passes(ADVICE, "BC Sans")
    assert passes("Failed to load image at %r", "logo.svg")


@pytest.mark.parametrize("name", ["django.server", "django", "weasyprint", "fontTools"])
def test_where_only_errors_are_told_nothing_less_is(name):
    """`make run` shows errors alone: its welcome, with the passwords, stays the last thing on the screen."""
    assert logging_config(json=False, level="ERROR")["loggers"][name]["level"] == "ERROR"
    assert logging_config(json=False, level="INFO")["loggers"]["django.server"]["level"] == "WARNING"
