"""GitHub's own descriptions of itself, pruned to what a GitHub App meets, and the checks made with them."""
