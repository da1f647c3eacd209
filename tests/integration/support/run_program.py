"""Runs a program that was written for the default ports against a server that listens elsewhere.

    python3 run_program.py PROGRAM 9001=41234 9002=41235

The program's text stays as it is: only connecting is redirected.
"""

import runpy
import socket
import sys


def redirect(ports):
    connect = socket.create_connection

    def create_connection(address, *arguments, **options):
        host, port = address
        return connect((host, ports.get(port, port)), *arguments, **options)

    socket.create_connection = create_connection


if __name__ == "__main__":
    program, *pairs = sys.argv[1:]
    redirect({int(default): int(actual) for default, actual in (pair.split("=") for pair in pairs)})
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")
