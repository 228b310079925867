"""What every command stands on: its context, options, errors in words, and click in Chinese."""
