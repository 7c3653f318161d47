"""From the words of a question to the entry that answers it, without I/O."""
