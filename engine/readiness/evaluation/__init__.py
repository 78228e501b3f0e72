"""What conditions come to: the reference interpreter, and the program that is held to it."""
