"""What is decided about owning a control: values in, values out; no I/O, and time is an argument."""
