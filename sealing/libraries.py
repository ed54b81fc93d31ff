"""Whether this machine has the libraries that PDFs are made with; the portal runs without them, and seals wait."""

from __future__ import annotations

import ctypes

NAMES: dict[str, tuple[str, ...]] = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
}
# Makes files smaller. Without it they are made all the same, by a slower way of cutting fonts.
SMALLER_FILES: dict[str, tuple[str, ...]] = {
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")
}
REMEDY = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class LibrariesMissing(Exception):
    """No PDF can be made here; the sentence says what mends it."""

    def __init__(self) -> None:
        super().__init__(f"The libraries for making PDFs are missing on this machine ({', '.join(missing()) or 'WeasyPrint'}): {REMEDY}")


def missing() -> list[str]:
    """The names of the libraries that do not load, without loading WeasyPrint."""
    return _missing(NAMES)


def missing_for_smaller_files() -> list[str]:
    """The names of the libraries without which PDFs are made, but larger."""
    return _missing(SMALLER_FILES)


def _missing(names: dict[str, tuple[str, ...]]) -> list[str]:
    return [name for name, files in names.items() if not any(_loads(file) for file in files)]


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
