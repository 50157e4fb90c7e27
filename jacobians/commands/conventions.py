"""`jacobians conventions`: the courses whose code `jacobians check --convention` can call, and how it calls it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "the conventions of courses; with a name, every function that it knows and how it is called"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a convention, or a TOML file of one's own")


def run(args: Namespace) -> int:
    from ..adapters.conventions.convention import convention_names, load

    if args.name is None:
        for name in convention_names():
            print(f"{name:<16} {load(name).description}")
        return 0
    for part in load(args.name).parts.values():
        what = "; ".join(part.graph.strip().splitlines()) or part.layer
        print(f"{part.name}: {what}")
        called = "\n".join((part.forward, part.backward, part.update))
        print(*(f"    {line}" for line in called.splitlines() if line.strip()), sep="\n")
    return 0
