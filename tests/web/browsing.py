"""What a browser does with a page's forms, for tests without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class PageForm:
    """A form as it stands on a page: where it is sent, and what is sent if nobody touches it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside: PageForm | None = None
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "form":
            self.inside = PageForm(has.get("action") or "", (has.get("method") or "get").lower())
            self.forms.append(self.inside)
            return
        if self.inside is None:
            return
        self.inside.names.add(name)
        if tag == "input" and name and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self.inside.fields[name] = has.get("value") or ("on" if has.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self.area = name
            self.inside.fields[name] = ""
        elif tag == "select":
            self.select = name
            self.inside.fields.setdefault(name, "")
        elif tag == "option" and "selected" in has:
            self.inside.fields[self.select] = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            before = self.inside.fields[self.area]
            self.inside.fields[self.area] = before + (data if before else data.removeprefix("\n"))


def forms_of(response: Any) -> list[PageForm]:
    """Every form of the page, in order."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


def form_with(response: Any, *names: str, action: str = "") -> PageForm:
    """The first form sent by POST that has every one of these fields and is sent to `action`, if given."""
    return next(
        form for form in forms_of(response) if form.method == "post" and set(names) <= form.names and (not action or form.action == action)
    )
