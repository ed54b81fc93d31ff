"""What search offers of reports: the showcase, and lessons."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from web.search import link, page

page(_("Showcase"), "showcase", keywords=_("public products components reuse"))
page(_("Showcase pages"), "showcase-list", keywords=_("publish release withdraw"))

link(
    "residency", _("Showcase entry of %(name)s"), "showcase-entry", "reports.view_showcase", keywords=_("publish release public components")
)
