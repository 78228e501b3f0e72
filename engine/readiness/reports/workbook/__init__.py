"""The assessment as a workbook, for those who go on working with it in a spreadsheet."""
