"""What a condition or a term means for one case: evaluation, names, tables, totals."""
