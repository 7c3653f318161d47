"""How ready the company is for each examination, today or on a past day, and the mock audit."""
