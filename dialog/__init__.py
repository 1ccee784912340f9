"""What to do next. Stands on nlu; sockets only in actions/ and store.py."""
