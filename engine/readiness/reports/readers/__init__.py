"""Reports for one kind of reader: board, management, auditor."""
