"""Mail about a subject's money: a vendor's contract is about to end (EL-70)."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from oversight.models import Contract

CONTRACT_ENDS = MessageKind(
    "contract-ends",
    _("A vendor’s contract is about to end"),
    (
        Template(
            _("Contract with {vendor} ends on {day}, {about}"),
            _(
                """Hello {name},

A contract for {about} ends soon.

Vendor: {vendor}
Work: {purpose}
Last day: {day}

If the work goes on, extend the contract and change its last day here. If not, mark it as ending as planned:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("vendor", _("the vendor’s name"), "Cedar & Tide Digital", needed=True),
        Place("purpose", _("what the vendor does"), _("Service design and research")),
        Place("day", _("the last day of the contract"), "31 March 2027", needed=True),
        Place("link", _("the contract’s page"), "https://portal.example.org/residencies/XL-2026-014/money/contracts/3/", needed=True),
    ),
    optional=True,
    may_wait=True,
)


def contract_params(contract: Contract) -> dict[str, Any]:
    """Return the values of the placeholders of a message about a contract."""
    return {
        "vendor": contract.vendor,
        "purpose": contract.purpose,
        "day": date_format(contract.to_on, "j F Y"),
        "link": address_of("contract", contract.subject.reference, contract.pk),
    }
