"""What happened on somebody's cards, as a list and live."""
