"""What is decided about events: values in, values out; no I/O, and time is an argument."""
