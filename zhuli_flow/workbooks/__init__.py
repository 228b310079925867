"""TABLE 表格: forms and registers as Excel and CSV. Knows cells and what is typed into them, no case, no workflow."""
