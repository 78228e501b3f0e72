"""The engines that are compared."""
