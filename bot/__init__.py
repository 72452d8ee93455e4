"""Baton turns a labelled issue into a feature, one reviewed pull request at a time."""
