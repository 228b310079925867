"""Reading a PDF back: the copy that was issued, and how many pages a file has."""
