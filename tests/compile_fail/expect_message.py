"""Runs a build that must fail, and checks that its first error is the sentence meant for people.

Usage: expect_message.py ROOT SENTENCE COMMAND...   with an empty SENTENCE the build must succeed
"""

import pathlib
import re
import subprocess
import sys


def fault(root, sentence, status, output):
    """What is wrong with how the build went, or None."""
    if not sentence:
        return None if status == 0 else "the case without a mistake does not compile"
    if status == 0:
        return "it compiles"
    errors = [line for line in output.splitlines() if re.search(r"\berror: ", line)]
    if not errors or sentence not in errors[0]:
        return f"the first error is not: {sentence}"
    if sum("static assertion failed" in line or "static_assert failed" in line for line in errors) > 1:
        return "one mistake is named more than once"
    page = re.search(r"docs/\S+\.md", sentence)
    if not page or not pathlib.Path(root, page.group()).is_file():
        return f"the page that it sends people to is missing: {page.group() if page else sentence}"
    return None


def main(root, sentence, *command):
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    wrong = fault(root, sentence, ran.returncode, ran.stdout)
    if wrong:
        print(ran.stdout)
        print(wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
