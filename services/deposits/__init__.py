"""Deposits: a part of an order is paid at checkout, the rest falls due later and is collected."""
