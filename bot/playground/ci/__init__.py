"""The playground's CI: it runs a repository's own workflow files for real."""
