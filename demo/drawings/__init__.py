"""The drawings of the demo catalogue, one module per shelf of the shop."""
