"""What search offers of the guidance for partnerships and the model chooser."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from web.search import page

page(_("Choose a model of partnership"), "model-chooser", keywords=_("chooser ranking questions partner outreach co-location"))
