"""Parts of the story that are long or told more than once; `bot/feature.py` tells each in its place."""
