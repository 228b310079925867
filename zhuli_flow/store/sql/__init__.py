"""How the database is reached: connections, statements, tables, the schema and its copies."""
