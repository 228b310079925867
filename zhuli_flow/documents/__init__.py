"""PAPER: official documents. ``catalog`` reads the kinds, ``render`` fills them in, ``pdf`` prints them."""
