"""The arq door: jobs that look at one row, and a sweeper that finds the rows whose job was lost."""
