"""The outside world: one client per service, one protocol per kind, and their sandbox twins."""
