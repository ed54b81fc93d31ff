"""What search offers of reports: the showcase, and lessons."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from reports.lessons.queries import lessons_for
from spelling.compare import search_words
from web.search import MOST_HITS, Hit, Query, link, page, source

page(_("Showcase"), "showcase", keywords=_("public products components reuse"))
page(_("Lessons"), "lessons", keywords=_("learned advice guidance"))
page(_("Showcase pages"), "showcase-list", keywords=_("publish release withdraw"))

link(
    "residency",
    _("Showcase entry for %(name)s"),
    "showcase-entry",
    "reports.view_showcase",
    keywords=_("publish release public components"),
)
link("residency", _("Lessons from %(name)s"), "residency-lessons", "reports.view_showcase", keywords=_("learned advice"))
link("residency", _("Add a lesson for %(name)s"), "lesson-add", "reports.record_lesson", keywords=_("learned advice"), is_act=True)


@source(_("Lessons"), order=60, as_typed=True)
def lessons(query: Query) -> Iterator[Hit]:
    """Find lessons by their words; one query."""
    words = search_words(query.text)
    if not words or not query.user.has_perm("reports.list_lessons"):
        return
    for row in lessons_for(query.user, {"q": query.text}, query.meant)[:MOST_HITS]:
        yield Hit(Truncator(row.text).chars(80), row.get_absolute_url(), row.subject.product)
