"""What VTpass's response codes and statuses say of a purchase, as tables.

Source: https://www.vtpass.com/documentation/response-codes.
"""

from typing import Literal

from providers.bills import BillState

# `look` means: the transaction's own status says it.
Reading = Literal["look", "delivered", "pending", "failed", "reversed", "absent"]
LATER = "This can't be sold just now. Please try again later."
BILLER_OFF = "The biller can't be reached just now. Please try again later."
NOT_SOLD = "This is not on sale at the moment."
FAILED = "The biller could not complete it."
UNDERWAY = "The biller is still working on it."
# What a code says of a purchase when it answers /pay. Any other code, and a time-out: pending.
# 014: the reference was used before, so its own requery tells. 019 refuses a likely repeat within 30 seconds, and
# what it takes for a repeat may be our own lost call under the same reference: so pending too, and a requery that
# knows nothing of it frees it to be bought again. 083 is VTpass's own confusion.
PAID: dict[str, tuple[Reading, str]] = {
    "000": ("look", ""),
    "001": ("look", ""),
    "044": ("look", ""),
    "099": ("pending", UNDERWAY),
    "089": ("pending", UNDERWAY),
    "014": ("pending", UNDERWAY),
    "019": ("pending", UNDERWAY),
    "083": ("pending", UNDERWAY),
    "015": ("pending", UNDERWAY),
    "016": ("failed", FAILED),
    "020": ("failed", FAILED),
    "091": ("failed", FAILED),
    "040": ("reversed", "The biller took it back."),
    "010": ("failed", NOT_SOLD),
    "011": ("failed", "The biller does not take these details."),
    "012": ("failed", NOT_SOLD),
    "013": ("failed", "That is less than the biller takes."),
    "017": ("failed", "That is more than the biller takes."),
    "018": ("failed", LATER),
    "021": ("failed", LATER),
    "022": ("failed", LATER),
    "023": ("failed", LATER),
    "024": ("failed", LATER),
    "025": ("failed", "The biller does not take these details."),
    "026": ("failed", "The biller does not take these details."),
    "027": ("failed", LATER),
    "028": ("failed", LATER),
    "030": ("failed", BILLER_OFF),
    "031": ("failed", "That is less than the biller takes."),
    "032": ("failed", "That is more than the biller takes."),
    "034": ("failed", BILLER_OFF),
    "035": ("failed", BILLER_OFF),
    "085": ("failed", LATER),
    "087": ("failed", LATER),
}
# A requery is refused for its own sake too (a locked account, an address not allowed), which says nothing of the
# purchase: only these codes speak of it.
REQUERIED: dict[str, tuple[Reading, str]] = {
    code: PAID[code] for code in ("000", "001", "044", "099", "089", "016", "091", "040")
} | {"015": ("absent", "")}
# Our own account is at fault: a person has to see to it.
OURS = {"018", "021", "022", "023", "024", "027", "028", "085", "087"}
STATUSES: dict[str, tuple[BillState, str]] = {
    "delivered": ("delivered", ""),
    "initiated": ("pending", UNDERWAY),
    "pending": ("pending", UNDERWAY),
    "failed": ("failed", FAILED),
    "reversed": ("reversed", "The biller took it back."),
}
