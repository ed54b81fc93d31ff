"""Tables of what is watched over on a subject, whatever its kind."""

from oversight.models.money import Budget, Contract, CostShare, FundingConfirmation, MoneyLine

__all__ = ["Budget", "Contract", "CostShare", "FundingConfirmation", "MoneyLine"]
