"""Sandbox doubles of the outside services: real HTTP servers in the providers' own wire formats."""
