"""Forms as spreadsheets and on paper."""
