"""Financing: a customer's session, what a lender decides about it, and the order that comes of it."""
