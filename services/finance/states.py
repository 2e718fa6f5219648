"""What may become of a reconciliation."""

from core.states import StateTable

# Stored: the provider is still asked for its lines. Matching: they are here, and looked up. Done and Failed may be
# run again.
RECONCILIATION_STATES = StateTable.of(
    "reconciliation",
    "reconciliation",
    Stored="Matching Failed",
    Matching="Done",
    Done="Stored Matching",
    Failed="Stored",
)
