"""Fulfilments: pieces of a placed order that leave together, and what becomes of the order as they arrive."""
