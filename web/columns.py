"""Columns of tables whose cells come from a template."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2 as tables
from django.template import Context, Template


@cache
def compiled(code: str) -> Template:
    """Return the template of `code`, compiled on its first use."""
    return Template(code)


class TemplateColumn(tables.TemplateColumn):
    """A column whose cells come from one short template. django-tables2's own compiles it again for every cell."""

    def render(self, record: Any, table: Any, value: Any, bound_column: Any, **kwargs: Any) -> str:
        context = getattr(table, "context", Context())
        facts = self.get_context_data(record=record, table=table, value=value, bound_column=bound_column, **kwargs)
        with context.update(facts | {"request": getattr(table, "request", None)}):
            return compiled(self.template_code).render(context)
