"""Bills: airtime, data, power and TV from a customer's card, bought once or paid back."""

from services.bills.beneficiaries import (
    BeneficiaryView,
    beneficiaries,
    forget_beneficiary,
    repeat_last,
    resend_token,
)
from services.bills.catalogue import biller_named, billers_of, plans_of
from services.bills.kinds import KINDS
from services.bills.naming import PERIODS
from services.bills.purchasing import Wanted, buy_bill
from services.bills.validating import validate_account
from services.bills.views import PurchaseView, find_purchase, purchase_view
from services.bills.working import work_bill

__all__ = [
    "KINDS",
    "PERIODS",
    "BeneficiaryView",
    "PurchaseView",
    "Wanted",
    "beneficiaries",
    "biller_named",
    "billers_of",
    "buy_bill",
    "find_purchase",
    "forget_beneficiary",
    "plans_of",
    "purchase_view",
    "repeat_last",
    "resend_token",
    "validate_account",
    "work_bill",
]
