"""Seller orders: the parts that sellers have of an order, what the market keeps of them, and what refunds take back."""
