"""The admin API: GraphQL for staff, Vendure's dialect. So far: signing in, and the conversations that want a person."""
