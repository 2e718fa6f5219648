"""The stored side of the chat door: whose turn it is, what was said before, and what was answered."""
