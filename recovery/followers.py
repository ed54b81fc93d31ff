"""Hooks into other apps: what the readiness probe says about backups."""

from recovery.restore import complaints
from web.serving.health import NOTES

NOTES.add(complaints)
