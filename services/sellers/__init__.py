"""How somebody becomes a seller: applying, being reviewed, and the files that only staff may see."""
