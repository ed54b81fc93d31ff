"""Where landed migrations look for the operations that freeze rows; they live in ledger/frozen.py, for every app."""

from ledger.frozen import FrozenChildren, FrozenRow, Thawed

__all__ = ["FrozenChildren", "FrozenRow", "Thawed"]
