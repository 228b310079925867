"""What a definition may not say: names, types, places never reached, links and laws; all problems at once."""
