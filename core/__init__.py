"""The ground floor: what every room stands on and nothing of the market itself."""
