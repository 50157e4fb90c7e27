"""`jacobians completion`: what it takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

HELP = "print what makes a shell complete commands, options and layers"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that is to read it")
    parser.epilog = (
        'Needs the package shtab. In ~/.bashrc: eval "$(jacobians completion bash)"; in ~/.zshrc, after compinit, the '
        "same with zsh; in config.fish: jacobians completion fish | source"
    )


def run(args: Namespace) -> int:
    from ..completing import completion

    print(completion(args.shell))
    return 0
