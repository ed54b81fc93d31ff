"""What search offers of partnerships."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from web.search import page

page(_("Partnerships"), "partnership-list", keywords=_("service partnerships jurisdictions"))
page(_("Audit of agreements"), "agreement-audit", keywords=_("auditor findings expired unsigned topics review"))
page(_("Start a partnership"), "partnership-start", keywords=_("new partnership"))
page(_("Organizations"), "organizations", keywords=_("directory governments partners contacts by role"))
page(_("Add an organization"), "organization-add", keywords=_("new partner municipality"))
