"""What whoever looks after the money sees: the book by account, trial balances, suspense, settlements of providers."""
