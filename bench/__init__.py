"""Benchmarks: the real processes on PostgreSQL and Redis, beside the floor that the machine allows."""
