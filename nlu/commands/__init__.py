"""The commands of `kefu nlu`, a file each; `mount` adds one to a Typer."""
