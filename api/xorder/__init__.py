"""The X-Order API: GraphQL for order desks and organizations, in the names of Virto Commerce's x-order module."""
