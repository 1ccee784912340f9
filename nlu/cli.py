"""`kefu train PACK`, and the commands of `kefu nlu` over any data."""

import typer

from nlu.commands import benchmark, evaluate, export, interpret, prepare, search, train, train_pack

COMMANDS = (prepare, train, evaluate, interpret, search, export, benchmark)
"""The modules of `kefu nlu`'s commands, in the order of its help; each has `mount(app)` and imports nothing heavy."""


def mount(app: typer.Typer) -> None:
    """Add nlu's commands to `app`: `train` and the group `nlu`."""
    group = typer.Typer(no_args_is_help=True, help="Train, judge and use language understanding on any data.")
    for command in COMMANDS:
        command.mount(group)
    app.add_typer(group, name="nlu")
    train_pack.mount(app)
