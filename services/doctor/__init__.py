"""Looking a market over: is everything there that it needs, and what is to be done where it isn't."""

from services.doctor.examining import examine
from services.doctor.findings import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
