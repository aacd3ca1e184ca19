"""Knowledge to people: figures, tables, reports."""
