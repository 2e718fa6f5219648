"""Bills: airtime, data, power and TV from a customer's card, bought once or paid back."""

from services.bills.beneficiaries import (
    BeneficiaryView,
    beneficiaries,
    forget_beneficiary,
    last_wanted,
    name_beneficiary,
    repeat_last,
    resend_token,
    token_purchases,
)
from services.bills.catalogue import (
    biller_named,
    billers_of,
    find_biller,
    kinds_sold,
    listed_plans,
    plans_of,
)
from services.bills.inquiring import ask_plans, ask_whose, whose, work_inquiry
from services.bills.kinds import KINDS
from services.bills.naming import PERIODS
from services.bills.networks import network_of
from services.bills.purchasing import Wanted, buy_bill, check_limits, checked_account, checked_line
from services.bills.validating import validate_account
from services.bills.views import PurchaseView, find_purchase, purchase_view
from services.bills.working import work_bill

__all__ = [
    "KINDS",
    "PERIODS",
    "BeneficiaryView",
    "PurchaseView",
    "Wanted",
    "ask_plans",
    "ask_whose",
    "beneficiaries",
    "biller_named",
    "billers_of",
    "buy_bill",
    "check_limits",
    "checked_account",
    "checked_line",
    "find_biller",
    "find_purchase",
    "forget_beneficiary",
    "kinds_sold",
    "last_wanted",
    "listed_plans",
    "name_beneficiary",
    "network_of",
    "plans_of",
    "purchase_view",
    "repeat_last",
    "resend_token",
    "token_purchases",
    "validate_account",
    "whose",
    "work_bill",
    "work_inquiry",
]
