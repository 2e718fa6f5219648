"""Delivery: locations, quotes, shipments."""
