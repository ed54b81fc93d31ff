"""Search entry for how the partners of a partnership rate their relationship."""

from django.utils.translation import gettext_lazy as _

from web.search import link

link(
    "partnership", _("Relationship of the partners of %(name)s"), "relationship", "partnerships.view_partnership",
    keywords=_("ratings rounds trust work together criteria"),
)  # fmt: skip
