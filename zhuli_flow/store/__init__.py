"""MEMORY: everything that outlives a process. The only room that knows SQLModel, SQLAlchemy, Alembic and SQLite.

``database`` opens and keeps the file; ``tables`` says what a row is; every other module is a handful of plain functions
on an open connection, so that a service decides what belongs into one transaction.
"""
