"""Every statement, written once in SQLAlchemy Core over the tables; run time reads the text compiled from it."""
