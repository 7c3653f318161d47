"""What people see without asking: the daily bundle, the weekly digest and Home."""
