"""Signatures with ed25519: an in-toto statement about a result or a bundle in a DSSE envelope."""
