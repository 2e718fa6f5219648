"""The ways to text the market: each parses what comes in and renders what goes out."""
