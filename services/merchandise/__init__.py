"""Changing what is for sale: products, their variants and stock, and the categories they are in. By staff and sellers."""
