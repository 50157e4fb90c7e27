"""What the scripts of bundles that install nothing have in common: the shell function `graded`.

The wheels lie beside the script. Their packages are unpacked into a fresh folder, which takes no pip and no network;
NumPy and SciPy come from there too or are the image's own. Student code, under another user, may read that folder.
"""

from __future__ import annotations

GRADED = """\
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
umask 022
chmod -R go= "$here" 2>/dev/null
packages="$(mktemp -d)"
chmod 755 "$packages"
trap 'rm -rf "$packages"' EXIT
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 PYTHONPATH="$packages" PYTHONDONTWRITEBYTECODE=1

# Python 3.11 or later that finds NumPy and SciPy.
fits() { "$1" -c 'import sys, numpy, scipy; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# graded SUBMISSION PLATFORM FILE: write what the platform reads. From /, where no module of a student's lies.
graded() (
    cd /
    for python in python3 python3.14 python3.13 python3.12 python3.11 ""; do
        for wheel in "$here"/wheels/*.whl; do "$python" -m zipfile -e "$wheel" "$packages" 2>/dev/null; done
        if [ -z "$python" ] || fits "$python"; then break; fi
    done
    if [ -z "$python" ]; then
        echo "this image has no Python 3.11 or later with NumPy and SciPy: take another, or bundle with --wheels" >&2
        return 2
    fi
    "$python" -m jacobians grade "$1" --assignment "$here/assignment.toml" \\
        --require-sandbox "${JACOBIANS_SANDBOX:-user}" --platform "$2" --to "$3"
)
"""
