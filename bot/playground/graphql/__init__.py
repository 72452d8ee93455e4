"""POST /graphql: GitHub's GraphQL schema, answered from what this GitHub holds."""
