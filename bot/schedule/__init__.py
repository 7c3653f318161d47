"""The schedule: the periods of a control that its examinations look at, and the occurrences that follow."""
