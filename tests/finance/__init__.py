"""What finance sees: the book, suspense, and settlements of providers."""
