"""How results look to a person: lists, pages and tables; the same values that ``--json`` gives."""
