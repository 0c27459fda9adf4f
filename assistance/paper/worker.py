"""A process of a batch: reads chunks of sheets, answers with the PDF of each. Started by `batch.Worker`."""

import gc
import os
import sys


def serve() -> None:
    """Answer until the other end closes. A failure is answered by its kind alone: sheets hold personal data."""
    from assistance.paper import pipe
    from assistance.paper.separators import print_chunk

    # What prints by mistake must not mix with the answers.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    # A page is thousands of small objects in cycles: collecting once a chunk, not while laying out, saves a tenth.
    gc.disable()
    gc.freeze()
    while True:
        try:
            chunk = pipe.receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: bytes | str = print_chunk(chunk)
        except Exception as error:
            answer = f"a sheet between {chunk[0][0]} and {chunk[-1][0]} failed: {type(error).__name__}"
        pipe.send(answers, answer)
        gc.collect()


if __name__ == "__main__":
    # The addresses of the servers come from the environment of the process that started this one.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    serve()
