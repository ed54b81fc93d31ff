"""Search entry for a subject's page on trust and openness."""

from django.utils.translation import gettext_lazy as _

from web.search import link

link(
    "residency", _("Trust and openness of %(name)s"), "trust", "oversight.view_trust",
    keywords=_("vision outcomes approvals decisions privacy open"),
)  # fmt: skip
