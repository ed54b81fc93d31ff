"""The standard agreement of a partnership, and the topics that every such agreement has to cover (SP-06, PB-26)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from acts.act import SYSTEM
from agreements.drafting.templates import install_template
from agreements.models import TemplateVersion

TEMPLATE = Path(__file__).resolve().parent / "template.toml"


@cache
def standard() -> dict[str, Any]:
    """Return the file as data."""
    return tomllib.loads(TEMPLATE.read_text())


@cache
def topics() -> dict[str, str]:
    """Return the mandatory topics, each with the heading of its clause in the standard agreement."""
    clauses = [clause for section in standard()["sections"] for clause in section["clauses"]]
    return {clause["topic"]: clause["heading"] for clause in clauses if "topic" in clause}


def offered_template() -> TemplateVersion:
    """Return the template that partnerships are offered; the standard one is installed on first use."""
    offered = TemplateVersion.objects.offered_for("partnership").first()
    return offered or install_template(standard(), by=SYSTEM)
