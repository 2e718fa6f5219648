"""Everything about GraphQL: parsing, limits, execution and the HTTP handler. Only this folder knows the engine."""
