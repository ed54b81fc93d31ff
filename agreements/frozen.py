"""Where landed migrations look for the operations that freeze rows; they live in ledger/migration_operations.py, for every app."""

from ledger.migration_operations import FrozenChildren, FrozenRow, Thawed

__all__ = ["FrozenChildren", "FrozenRow", "Thawed"]
