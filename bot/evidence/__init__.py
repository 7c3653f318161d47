"""Evidence from the request to the verdict: handed in, fetched, reviewed, stated or waived."""
