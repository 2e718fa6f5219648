"""Customers as staff look after them: found, shown, locked, and let go."""
