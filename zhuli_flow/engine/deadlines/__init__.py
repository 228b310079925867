"""Deadlines as law: how they open, stop and end, what reminds of them, how lights show them."""
