"""How a thread with staff moves."""

from core.states import StateTable

THREAD_STATES = StateTable.of(
    "support thread",
    "support_thread",
    Waiting="Waiting Answered Closed",
    Answered="Waiting Answered Closed",
    Closed="",
)
