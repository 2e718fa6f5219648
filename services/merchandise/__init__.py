"""Changing what is for sale: products, their variants and stock, and the shelves they lie on. By staff and sellers."""
