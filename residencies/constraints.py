"""What is said when two people start, or name, the same thing at the same moment."""

from django.utils.translation import gettext as _

from acts.constraints import declare
from findings import blocking

declare(
    "residencies_one_under_way",
    lambda: blocking(
        "area-busy",
        _("This program area has a residency under way already."),
        _("Wait until it has ended, or withdraw it, before you start another."),
    ),
)
declare(
    "residencies_ministry_name",
    lambda: blocking(
        "ministry-known",
        _("A ministry of that name is on the list already."),
        _("Use that one; if it was retired, offer it again."),
    ),
)
declare(
    "residencies_area_name",
    lambda: blocking(
        "area-known",
        _("This ministry has a program area of that name already."),
        _("Use that one, or choose another name."),
    ),
)
