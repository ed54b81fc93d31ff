"""Puts what someone typed back into a form on a rendered page, whether it came from a form class, a template or the admin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

KEEPS_ITS_OWN = {"csrfmiddlewaretoken", "submission"}
NOT_FOR_WORDS = {"password", "file", "submit", "button", "image", "reset"}
Edit = tuple[int, int, str]


@dataclass
class Control:
    """A field on the page: where its tag is, and for text areas and selects, what it contains."""

    tag: str
    attributes: dict[str, str | None]
    start: int
    end: int
    inner_end: int = 0
    options: list[Control] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag


@dataclass
class Form:
    """A form on the page, and the folds (`details` elements) around it."""

    action: str
    key: str
    folds: list[Control]
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {control.name for control in self.controls if control.name}


class _Reader(HTMLParser):
    """Finds forms and their fields, with their positions in the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms: list[Form] = []
        self.strays: list[Control] = []  # fields outside the form that their attribute `form` names
        self.folds: list[Control] = []
        self.form: Form | None = None
        self.within: Control | None = None
        self.feed(html)
        self.close()
        for stray in self.strays:
            for form in self.forms:
                if form.key and form.key == stray.attributes.get("form"):
                    form.controls.append(stray)

    @property
    def place(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        control = Control(tag, dict(attrs), self.place, self.place + len(raw))
        if tag == "details":
            self.folds.append(control)
        elif tag == "form":
            self.form = Form(control.attributes.get("action") or "", control.attributes.get("id") or "", list(self.folds))
            self.forms.append(self.form)
        elif tag == "option" and self.within and self.within.tag == "select":
            self.within.options.append(control)
        elif tag in ("input", "textarea", "select"):
            self._belongs(control)
            self.within = control if tag != "input" else self.within

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "details" and self.folds:
            self.folds.pop()
        elif tag in ("textarea", "select") and self.within and self.within.tag == tag:
            self.within.inner_end = self.place
            self.within = None

    def _belongs(self, control: Control) -> None:
        if control.attributes.get("form"):
            self.strays.append(control)
        elif self.form is not None:
            self.form.controls.append(control)


def filled(html: str, *, page: str, action: str, fields: Iterable[tuple[str, str]]) -> str | None:
    """Return `html` with `fields` filled into the form that is sent to `action`, and its folds open; None if there is no such form.

    `page` is the page's own address, which is where a form without an action is sent. Passwords, files and the fields that tie a
    form to its session keep their values from the page.
    """
    fields = [(name, value) for name, value in fields if name not in KEEPS_ITS_OWN]
    forms = [form for form in _Reader(html).forms if _same(urljoin(page, form.action or page), action)]
    wanted = {name for name, _value in fields}
    form = max(forms, key=lambda form: len(form.names & wanted), default=None)
    if form is None or not form.names & wanted:
        return None
    edits = [edit for control in form.controls for edit in _edits(control, fields)]
    edits += [_tag(fold, {**fold.attributes, "open": None}) for fold in form.folds]
    return _edited(html, edits)


def _same(first: str, second: str) -> bool:
    left, right = urlsplit(first), urlsplit(second)
    return (left.path, left.query) == (right.path, right.query)


def _edits(control: Control, fields: list[tuple[str, str]]) -> list[Edit]:
    values = [value for name, value in fields if name == control.name]
    if control.kind in NOT_FOR_WORDS or control.name in KEEPS_ITS_OWN or not control.name:
        return []
    if control.kind in ("checkbox", "radio"):
        return [_switched(control, "checked", (control.attributes.get("value") or "on") in values)]
    if control.tag == "select":
        return [_switched(option, "selected", (option.attributes.get("value") or "") in values) for option in control.options]
    if not values:
        return []
    if control.tag == "textarea":
        return [(control.end, control.inner_end, "\n" + escape(values[0]))]  # a browser drops the first line end
    return [_tag(control, {**control.attributes, "value": values[0]})]


def _switched(control: Control, attribute: str, on: bool) -> Edit:
    rest = {name: value for name, value in control.attributes.items() if name != attribute}
    return _tag(control, {**rest, attribute: None} if on else rest)


def _tag(control: Control, attributes: dict[str, str | None]) -> Edit:
    markup = "".join(f" {name}" if value is None else f' {name}="{escape(unescape(value))}"' for name, value in attributes.items())
    return control.start, control.end, f"<{control.tag}{markup}>"


def _edited(html: str, edits: list[Edit]) -> str:
    parts, place = [], 0
    for start, end, words in sorted(edits):
        parts += [html[place:start], words]
        place = end
    return "".join([*parts, html[place:]])
