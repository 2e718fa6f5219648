"""How an account that is closed goes."""

from core.states import StateTable

# Requested: nothing of it can be used any more. Done: the file with what was held of them is gone, too.
CLOSING_STATES = StateTable.of(
    "account closing",
    "account_closing",
    Requested="Exported",
    Exported="Erased",
    Erased="Done",
    Done="",
)
