"""What is said when two people name one person, or open one account, at the same moment."""

from django.utils.translation import gettext as _

from acts.constraints import declare
from findings import blocking

declare(
    "people_user.email",
    lambda: blocking("account-known", _("There is an account with this address already."), _("Use that account, or another address.")),
)
declare(
    "people_person_email",
    lambda: blocking(
        "person-known", _("Another person already uses this address."), _("Use a different address, or change that person’s record.")
    ),
)
