"""From validated text to the frozen model: lines parsed once, effects and laws made."""
