"""What is decided about the register: values in, values out; no I/O, and time is an argument."""
