"""The HTTP doors: each thin, each over the same services."""
