"""From the open checks to a schedule: the critical path method over their effort."""
