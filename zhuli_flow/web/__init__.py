"""FACE 门面: the office in a browser. Pages and a JSON interface; it asks the services and shows, and never decides."""
