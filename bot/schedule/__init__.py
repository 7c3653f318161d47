"""Which performances of a control are asked for, and when."""
