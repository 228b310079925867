"""A definition as a paper for people: what the program does by it, told in the words of an office, nothing left out."""
