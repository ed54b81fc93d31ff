"""Our icons, 16 by 16 pixels, in the colour of the text beside them, and chips."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_LINE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'

ICONS = {
    "alert": f'<path {_LINE} d="M8 1.8 15 14H1Z"/><path {_LINE} d="M8 6.5v3.2M8 12v.1"/>',
    "arrow": f'<path {_LINE} d="M2.5 8h11M9 3.5 13.5 8 9 12.5"/>',
    "bulb": f'<path {_LINE} d="M8 1.8a4.2 4.2 0 0 0-2.4 7.6c.4.4.6.8.6 1.3h3.6c0-.5.2-.9.6-1.3A4.2 4.2 0 0 0 8 1.8ZM6.4 12.8h3.2M7.1 14.6h1.8"/>',
    "check": f'<path {_LINE} d="m3 8.5 3.4 3.4L13 5"/>',
    "chevron": f'<path {_LINE} d="m3.5 6 4.5 4.5L12.5 6"/>',
    "circle": f'<circle {_LINE} cx="8" cy="8" r="5.5"/>',
    "clock": f'<circle {_LINE} cx="8" cy="8" r="6.2"/><path {_LINE} d="M8 4.5V8l2.5 1.8"/>',
    "close": f'<path {_LINE} d="m4 4 8 8M12 4l-8 8"/>',
    "diamond": '<path fill="currentColor" d="M8 1.5 14.5 8 8 14.5 1.5 8Z"/>',
    "disc": '<circle fill="currentColor" cx="8" cy="8" r="6"/>',
    "down": f'<path {_LINE} d="M8 3v10M4 9l4 4 4-4"/>',
    "external": f'<path {_LINE} d="M6 3H3v10h10v-3M9 2.5h4.5V7M13 3 7.5 8.5"/>',
    "file": f'<path {_LINE} d="M4 1.8h5L12.5 5.3v8.9H4ZM9 2v3.5h3.5"/>',
    "flag": f'<path {_LINE} d="M4 14.5V2h8.5l-2 3 2 3H4"/>',
    "half": f'<circle {_LINE} cx="8" cy="8" r="5.5"/><path fill="currentColor" d="M8 2.5a5.5 5.5 0 0 1 0 11Z"/>',
    "hand": f'<path {_LINE} d="M2.5 11.5c2-5 3.5-8 4.7-7.5 1.6.7-1.7 6-.7 6.5s2.5-3 3.3-2.5-.9 2.7-.2 3 1.6-1.3 3.9-1.3"/>',
    "help": f'<circle {_LINE} cx="8" cy="8" r="6.2"/><path {_LINE} d="M6.2 6.2a1.9 1.9 0 1 1 2.6 1.9c-.6.3-.8.6-.8 1.2M8 11.6v.1"/>',
    "home": f'<path {_LINE} d="M2 7.5 8 2.5l6 5M3.8 6.5v7h8.4v-7"/>',
    "info": f'<circle {_LINE} cx="8" cy="8" r="6.2"/><path {_LINE} d="M8 7.5v3.7M8 4.8v.1"/>',
    "inbox": f'<path {_LINE} d="M2 9.5 4 3h8l2 6.5V13H2ZM2 9.5h3.5L6.5 11h3l1-1.5H14"/>',
    "menu": f'<path {_LINE} d="M2 4h12M2 8h12M2 12h12"/>',
    "minus": f'<path {_LINE} d="M3 8h10"/>',
    "pause": f'<path {_LINE} d="M5.5 3.5v9M10.5 3.5v9"/>',
    "people": f'<circle {_LINE} cx="6" cy="5.2" r="2.6"/><path {_LINE} d="M1.5 13.5c0-6 9-6 9 0M10.5 2.9a2.5 2.5 0 0 1 0 4.7M12 9.6c1.6.6 2.5 1.9 2.5 3.9"/>',
    "plus": f'<path {_LINE} d="M8 3v10M3 8h10"/>',
    "search": f'<circle {_LINE} cx="7" cy="7" r="4.6"/><path {_LINE} d="m10.5 10.5 3.7 3.7"/>',
    "send": f'<path {_LINE} d="M14.2 1.8 1.8 6.8l5 2.4 2.4 5Z"/>',
    "sort": f'<path {_LINE} d="m4.5 6.5 3.5-4 3.5 4M4.5 9.5l3.5 4 3.5-4"/>',
    "square": '<rect fill="currentColor" x="2.5" y="2.5" width="11" height="11" rx="1.5"/>',
    "star": '<path fill="currentColor" d="m8 1.2 2.1 4.4 4.8.6-3.5 3.3.9 4.8L8 12l-4.3 2.3.9-4.8L1.1 6.200l4.8-.6Z"/>',
    "stop": f'<circle {_LINE} cx="8" cy="8" r="6.2"/><path {_LINE} d="m5.7 5.7 4.6 4.6M10.3 5.700l-4.6 4.6"/>',
    "turn": f'<path {_LINE} d="M5 13.500V7.5a2.5 2.5 0 0 1 2.5-2.5h6M10.5 2l3 3-3 3"/>',
    "up": f'<path {_LINE} d="M8 13V3M4 7l4-4 4 4"/>',
}


@cache
def drawn(name: str) -> SafeString:
    """Return the icon `name` as SVG, hidden from screen readers because the text beside it says the same. KeyError if unknown."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308  (our own drawings, above)
    )


def chip(label: Any, tone: str = "neutral", icon: str = "circle") -> SafeString:
    """A status in words, with shape and colour; the same as components/chip.html, for rows of which there are many."""
    return format_html('<span class="chip chip-{}">{}{}</span>', tone, drawn(icon), label)
