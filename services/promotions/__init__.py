"""Promotions: what takes something off an order, who may use it, and how often."""
