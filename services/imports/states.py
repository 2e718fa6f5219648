"""The states of an import, and what may follow each."""

from core.states import StateTable

IMPORT = StateTable.of(
    "import",
    "import_run",
    Waiting="Running Failed Cancelled",
    Running="Done Failed Cancelled",
    Done="",
    Failed="",
    Cancelled="",
)
