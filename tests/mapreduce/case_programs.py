"""The programs of the contract's cases: they read and write bytes, and do not look at the order of a key's values."""

HEAD = b"import os, sys\nread, write = sys.stdin.buffer, sys.stdout.buffer.write\n"
GROUPS = (
    HEAD
    + b"""
from itertools import groupby
records = (line[:-1].split(b"\\t", 1) for line in read)
groups = groupby(records, key=lambda record: record[0])
"""
)

WORDS = (
    HEAD
    + b"""
for line in read:
    for word in line.split():
        write(word + b"\\t1\\n")
"""
)
COUNT = (
    GROUPS
    + b"""
for key, of_key in groups:
    write(b"%s\\t%d\\n" % (key, sum(int(value) for _, value in of_key)))
"""
)
# What a program reads, line by line; how long the lines are; what a reducer reads of one key, sorted.
SHOW = (
    HEAD
    + b"""
for line in read:
    write(repr(line).encode() + b"\\n")
"""
)
SIZES = (
    HEAD
    + b"""
for line in read:
    write(b"%s %d\\n" % (line[:1], len(line)))
"""
)
COLLECT = (
    GROUPS
    + b"""
for key, of_key in groups:
    write(b"%r: %r\\n" % (key, sorted(value for _, value in of_key)))
"""
)
# Writes the bytes whose Python literal is in the line, before any TAB.
LITERAL = (
    HEAD
    + b"""
for line in read:
    write(eval(line.split(b"\\t")[0]))
"""
)
END = (
    HEAD
    + b"""
for line in read:
    write(line)
write(b"the end\\t1\\n")
"""
)

# Writes variables of its environment that are named as arguments: as they are, or without folders.
VARIABLES = (
    HEAD
    + b"""
read.read()
for name in sys.argv[1:]:
    write(ascii(os.environ.get(name)).encode() + b"\\n")
"""
)
TOLD = (
    HEAD
    + b"""
read.read()
for name in sys.argv[1:]:
    write(f"{name} {os.environ[name].rsplit('/', 1)[-1]}\\n".encode())
"""
)
STOP = (
    HEAD
    + b"""
stop = open("stop.txt", "rb").read().split()
for line in read:
    for word in line.split():
        if word not in stop:
            write(word + b"\\n")
"""
)
REPORT = (
    HEAD
    + b"""
reports = ["counter:Own group,lines,1", "counter:Own group,a=b c,2", "counter:broken", "counter:Own group,lines,x"]
for line in read:
    for report in [*reports, "status:at " + line.decode().strip()]:
        print("reporter:" + report, file=sys.stderr)
    print("just words", file=sys.stderr)
    write(line)
"""
)
FAIL = (
    HEAD
    + b"""
read.read()
print("no such luck", file=sys.stderr)
sys.exit(3)
"""
)
THIRD = (
    HEAD
    + b"""
attempt = int(os.environ["mapreduce_task_attempt_id"].rsplit("_", 1)[1])
for line in read:
    write(line)
sys.exit(attempt < 2)
"""
)
