"""The demo: a small product, the feature it wants next, and the recording of a model that builds it."""
