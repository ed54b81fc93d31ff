"""What search offers of the ledger."""

from django.utils.translation import gettext_lazy as _

from web.search import page

page(_("History"), "lab-history", keywords=_("ledger audit changes"))
