"""Reads a request a line and answers a line, in order: {"ok": ...} or {"error": ...}. What is asked is in interop/README.md."""
import json
import logging
import sys

from . import helpers, item_work, keys, providers, stores

OPERATIONS = {
    "key": keys.add,
    "provider": providers.keep,
    "refresh": providers.refresh,
    "encrypt": item_work.encrypt,
    "decrypt": item_work.decrypt,
    "bench": item_work.bench,
    "store": stores.open_store,
    "newVersion": stores.new_version,
    "maxVersion": stores.max_version,
    "helper": helpers.call,
}


def answer(line):
    """Also what should not happen is an answer: it is how the client refuses some items."""
    try:
        request = json.loads(line)
        return {"ok": OPERATIONS[request["do"]](request)}
    except Exception as error:  # pylint: disable=broad-except
        text = f"{type(error).__name__}: {error}"
        if error.__context__ is not None:
            text += f" <- {type(error.__context__).__name__}: {error.__context__}"
        return {"error": text}


def main():
    logging.disable(logging.CRITICAL)  # the client logs each refusal with its stack
    # Answers go out by a handle of their own: whatever a library prints must not stand between them.
    with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False) as out:
        sys.stdout = sys.stderr
        for line in open(sys.stdin.fileno(), encoding="utf-8", newline="\n", closefd=False):
            out.write(json.dumps(answer(line)))
            out.write("\n")
            out.flush()


if __name__ == "__main__":
    main()
