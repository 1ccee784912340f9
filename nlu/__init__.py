"""Ground floor: what was meant. No audio, no Pipecat, no sockets.

What other floors call (each module's docstring says more):

    from nlu.values.values import Value, find_values
        find_values(text, *, now: datetime, kinds: frozenset[str] | None = None, language="en", currency="")
            -> tuple[Value, ...]; Value(kind, value, start, end, text, ambiguous=())
            kinds: number (int | float), ordinal (int), digits (str), date ("2026-05-03"),
            money ({"amount": "50.00", "currency": "GBP"}; `currency` given: a bare "fifty" is money in it)
    from nlu.interpreter import Interpreter
        interpreter = Interpreter.open(checkpoint, threads=1)      # a folder of ensure_checkpoint; blocks
        understanding = await interpreter.interpret(Utterance(text=...))
        understandings = interpreter.interpret_batch([Utterance(text=...), ...])    # blocks
        await interpreter.close()
    from nlu.redaction.redaction import mask
        mask(text, *, language="en", entities=(), typed=False) -> str: personal data becomes "******" or "<card>"
    from nlu.locations import find_pack, pack_nlu_files
        find_pack("banking" or a path) -> Path; pack_nlu_files(pack_folder) -> tuple[Path, ...]
    from nlu.corpus.reading import read_corpus
        read_corpus(paths) -> Corpus(examples, synonyms, lookups, regexes); .intents, .entity_names
    from nlu.training.checkpoint import ensure_checkpoint, pack_checkpoint
        ensure_checkpoint(files, directory=..., settings=TrainingSettings(), progress=...) -> Path   # trains if needed
        pack_checkpoint(pack_folder, progress=...) -> Path    # the same for a pack, under data_root()/models
    from nlu.terminal import clear_errors, print_json
    from nlu.commands.train_pack import train
"""
