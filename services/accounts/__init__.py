"""Signing up, signing in, and proving who one is."""
