"""Proving the record: a walk over all its entries, and the check of rows, files and statements against them."""
