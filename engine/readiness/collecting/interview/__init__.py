"""The interview: asks one question at a time in a terminal and saves each answer immediately."""
