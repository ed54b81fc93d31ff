"""Ministries and their program areas, as lab operations keep them (EL-01)."""
