"""One module a command group; each translates words into one service call, and its answer into a view."""
