"""The engines that ours is compared with."""
