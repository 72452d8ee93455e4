"""Tests of the playground's GraphQL."""
