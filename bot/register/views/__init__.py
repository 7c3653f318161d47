"""What people read about the register: plain values in, blocks and their plain-text twin out."""
