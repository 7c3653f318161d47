"""What people read about evidence and waivers: plain values in, blocks and their plain-text twin out."""
