"""What spreadsheet programs make of a table: CSV of every dialect, workbooks, rewritten values."""
