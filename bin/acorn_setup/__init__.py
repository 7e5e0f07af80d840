"""What `make` calls: sets up, starts, stops and tests Acorn. Standard library only."""
