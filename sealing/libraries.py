"""Checks for the system libraries that PDFs are made with. Without them the portal runs, but seals wait."""

from __future__ import annotations

import ctypes

NAMES: dict[str, tuple[str, ...]] = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
}
# Makes files smaller. PDFs are made without it too, with a slower way of cutting fonts.
SMALLER_FILES: dict[str, tuple[str, ...]] = {
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")
}
REMEDY = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class LibrariesMissing(Exception):
    """Raised if no PDF can be made here; the message says how to fix it."""

    def __init__(self) -> None:
        super().__init__(f"The libraries for making PDFs are missing on this machine ({', '.join(missing()) or 'WeasyPrint'}): {REMEDY}")


def missing() -> list[str]:
    """Return the names of libraries that don't load, without loading WeasyPrint."""
    return _missing(NAMES)


def missing_for_smaller_files() -> list[str]:
    """Return the names of missing libraries that only make PDFs smaller."""
    return _missing(SMALLER_FILES)


def _missing(names: dict[str, tuple[str, ...]]) -> list[str]:
    return [name for name, files in names.items() if not any(_loads(file) for file in files)]


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
