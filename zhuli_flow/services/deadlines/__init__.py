"""What falls due: the sweep, the calendar, counting again, the calendar feed."""
