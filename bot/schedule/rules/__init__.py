"""What is decided about the schedule: values in, values out; no I/O, and time is an argument."""
