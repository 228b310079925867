"""A definition as a picture: what is in it, where it stands on the page, and the forms it is written in."""
