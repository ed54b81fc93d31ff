"""What the log of a running portal holds."""

import logging

from labportal.logs import is_no_repeated_advice

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
