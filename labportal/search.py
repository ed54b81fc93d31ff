"""The pages that search offers and that don't belong to an app."""

from django.utils.translation import gettext_lazy as _

from web.search import page

page(_("Home"), "home", keywords=_("start"))
page(_("History"), "lab-history", keywords=_("ledger audit changes"))
page(_("My lab"), "my-lab", keywords=_("account profile"))
page(_("Change your password"), "account_change_password", keywords=_("account"))
page(_("Administration"), "admin:index", keywords=_("admin settings"))
page(_("Search"), "search", keywords=_("find keyboard shortcuts help"))
page(_("Help: how this works"), "help", keywords=_("guide documentation questions"))
page(_("System status"), "system-status", keywords=_("health backup restore mail queue disk version"))
page(_("Set-up"), "set-up", keywords=_("checklist first run install"))
