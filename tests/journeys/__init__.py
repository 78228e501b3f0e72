"""What people do from end to end, through the commands and the library."""
