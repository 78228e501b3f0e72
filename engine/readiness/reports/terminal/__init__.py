"""The parts that the terminal reports are made of."""
