"""The mobile app's door: GraphQL in Vendure's dialect."""
