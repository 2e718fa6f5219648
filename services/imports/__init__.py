"""Files of the catalogue, taken in by a worker row by row: tried out first, watched, called off, resumed, and written out again."""
