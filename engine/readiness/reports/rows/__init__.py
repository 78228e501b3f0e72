"""The results of many cases as files of rows."""
