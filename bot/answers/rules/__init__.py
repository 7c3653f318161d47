"""What is decided about answers: values in, values out; no I/O, and time is an argument."""
