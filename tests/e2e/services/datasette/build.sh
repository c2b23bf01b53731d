#!/bin/sh -e
uv pip install --target "$1/lib" --compile-bytecode --requirements requirements.txt
python -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$1/books.db" < books.sql
