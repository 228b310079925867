"""One case as a package that can be read and checked without this program."""
