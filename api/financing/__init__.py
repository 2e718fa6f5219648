"""The financing API: a customer's session, from what they want to buy to the order that comes of it."""
