"""Planning: a schedule of the open checks by the critical path method over their effort."""
