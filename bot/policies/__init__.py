"""Policies: publishing a version to a roster, and acknowledging its exact text."""
