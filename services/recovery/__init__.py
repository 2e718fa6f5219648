"""After the database was restored from a backup: asking the world what happened since, and booking it once."""

from services.recovery.movements import Found, Verdict
from services.recovery.recovering import Recovery, recover
from services.recovery.statements import read_statement

__all__ = ["Found", "Recovery", "Verdict", "read_statement", "recover"]
