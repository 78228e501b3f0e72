"""The form as comma-separated values, and what was filled into one."""
