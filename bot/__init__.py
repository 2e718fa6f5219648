"""The chat door: one dialogue engine, flows written once, and a channel for every way to text a market."""
