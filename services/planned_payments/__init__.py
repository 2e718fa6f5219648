"""Payments as order desks see them: what is planned of an order, each try to pay it, and what was paid elsewhere."""
