"""How the lender's twin decides: by income and amount, and by the end of the tax id where that is scripted. Pure."""

from typing import Any

Decision = dict[str, Any]

# The end of a tax id, and what it leads to.
SCRIPTED = {
    "0001": "declined: credit_history",
    "0002": "proof of income is asked for, then it decides",
    "0003": "half of it is approved",
    "0004": "it takes its time",
    "0005": "approved, and taken back when the offer is accepted",
}
# So many months' income are lent at most; terms by months, and the least that the longer ones are for.
MONTHS_OF_INCOME = 6
TERMS = {
    "loan": ((103, 3, 0), (106, 6, 10_000), (112, 12, 50_000)),
    "lease": ((206, 6, 0), (212, 12, 20_000)),
}
LEAST = 1_000

DECLINES = {
    "credit_history": "The lender found payments that were missed before.",
    "income_too_low": "The income is too low for any amount.",
    "offer_withdrawn": "The lender has taken its offer back.",
    "declined_on_command": "Declined by the sandbox's script.",
}
PROOF = {
    "code": "proof_of_income",
    "message": "How do you earn what you earn? Name your employer or your trade.",
}


def decide(product: str, amount: int, income: int, tax_id: str, informed: bool) -> Decision:
    """What becomes of an application: status, reason, approved_amount and offers."""
    if tax_id == "0001":
        return declined("credit_history")
    if tax_id == "0002" and not informed:
        return {"status": "information_needed", "reason": PROOF, "approved_amount": None, "offers": []}
    limit = min(amount, income * MONTHS_OF_INCOME)
    if tax_id == "0003":
        limit = min(limit, amount // 2)
    if limit < LEAST:
        return declined("income_too_low")
    offers = [
        {"product": number, "amount": limit, "minimum": least, "months": months}
        for number, months, least in TERMS[product]
        if least <= limit
    ]
    return {"status": "approved", "reason": None, "approved_amount": limit, "offers": offers}


def declined(code: str) -> Decision:
    """A decline with its reason."""
    reason = {"code": code, "message": DECLINES[code]}
    return {"status": "declined", "reason": reason, "approved_amount": None, "offers": []}
