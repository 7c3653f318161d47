"""What people read about answers: plain values in, blocks and their plain-text twin out."""
