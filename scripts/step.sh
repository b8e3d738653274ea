#!/usr/bin/env bash
# Runs one named step of the Makefile: headline, command, duration; a failing step ends with its name.
#
#   step.sh [--if-file PATH] [--if-command NAME] [--last] TITLE COMMAND [ARGUMENT...]
#
# --if-file, --if-command   without it the step is skipped, and says so on a line of its own
# --last                    prints nothing after a success, so that the test runner's own summary stays the last line
set -uo pipefail

missing=""
last=no
while [[ ${1:-} == --* ]]; do
  case $1 in
    --if-file) [[ -e $2 ]] || missing="$2 does not exist"; shift 2 ;;
    --if-command) command -v "$2" >/dev/null || missing="$2 is not installed"; shift 2 ;;
    --last) last=yes; shift ;;
    *) echo "step.sh: unknown option $1; expected --if-file, --if-command or --last" >&2; exit 2 ;;
  esac
done
if (($# < 2)); then
  echo "step.sh: expected a title and a command" >&2
  exit 2
fi
title=$1
shift

if [[ -n $missing ]]; then
  echo "!!! SKIPPED $title: $missing"
  exit 0
fi

echo "==> $title"
start=$SECONDS
"$@"
status=$?
if ((status != 0)); then
  echo "<== $title FAILED after $((SECONDS - start)) s with exit code $status: $*" >&2
  exit "$status"
fi
[[ $last == yes ]] || echo "<== $title: $((SECONDS - start)) s"
