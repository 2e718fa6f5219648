"""Purchase options: terms on which something is sold now and paid for later."""
