"""The work itself: opening, advancing and looking at cases."""
