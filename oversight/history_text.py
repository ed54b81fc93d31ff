"""History sentences for acts on a subject's money."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from oversight.choices import BudgetKind, CostItem, LineKind, Payer

SENTENCES = {
    "budget-set": _("%(by)s set a budget for %(year)s: %(amount)s"),
    "budget-corrected": _("%(by)s changed a budget for %(year)s from %(before)s to %(amount)s"),
    "funding-confirmed": _("%(by)s recorded that %(name)s confirmed %(amount)s for %(year)s"),
    "funding-reconfirmed": _("%(by)s changed the confirmed funding for %(year)s from %(before)s to %(amount)s, confirmed by %(name)s"),
    "money-entered": _("%(by)s added an entry: %(item)s, %(amount)s (%(entry_kind)s)"),
    "money-corrected": _("%(by)s corrected an entry: %(item)s, %(amount)s (%(entry_kind)s)"),
    "money-removed": _("%(by)s removed an entry that was added by mistake: %(item)s, %(amount)s"),
    "money-imported": _("%(by)s imported money entries from a spreadsheet: %(rows)s new"),
    "payer-set": _("%(by)s recorded who pays for %(item)s: %(payer)s"),
    "payer-changed": _("%(by)s changed who pays for %(item)s"),
    "contract-added": _("%(by)s added a contract with %(vendor)s"),
    "contract-changed": _("%(by)s changed the contract with %(vendor)s"),
    "contract-removed": _("%(by)s removed a contract with %(vendor)s that was added by mistake"),
}
FACTS = {
    "entry": None,
    "entry_kind": _("Kind"),
    "budget_kind": _("Kind"),
    "for_day": _("Date"),
    "amount": _("Amount"),
    "amount_cents": _("Amount in cents"),
    "before": _("Before"),
    "item": _("Item"),
    "payer": _("Who pays"),
    "source": _("Source"),
    "rows": _("New rows"),
    "known": _("Already on record"),
    "contract": None,
    "purpose": _("Work"),
    "ends_as_planned": _("Ends as planned"),
}

history_text.register(
    sentences=SENTENCES,
    facts=FACTS,
    words=dict([*LineKind.choices, *BudgetKind.choices, *CostItem.choices, *Payer.choices]),
)
