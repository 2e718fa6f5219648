"""The Downpay API: GraphQL for merchants, with Relay connections. Deposit terms, and the balances collected later."""
