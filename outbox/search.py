"""The outbox's pages in search."""

from django.utils.translation import gettext_lazy as _

from web.search import page

page(_("Outbox"), "outbox", keywords=_("messages mail email sent failed"))
page(_("Upcoming messages"), "outbox-ahead", keywords=_("forecast reminders mail"))
page(_("Reminders"), "outbox-occasions", keywords=_("schedule mail email"))
page(_("Email preferences"), "my-mail", keywords=_("mail notifications digest"))
