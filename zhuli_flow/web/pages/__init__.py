"""One module a subject; each translates a request into service calls, and their answer into a page."""
