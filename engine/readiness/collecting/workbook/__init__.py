"""The form as a workbook, and what was filled into one."""
