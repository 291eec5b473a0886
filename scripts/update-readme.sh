#!/usr/bin/env bash
# Draws the README's sample output from a stored run, so that every number in it has a file under results/.
# Usage: scripts/update-readme.sh [--check]; the README names the run in its "output of" comments.
set -euo pipefail
cd "$(dirname "$0")/.."

updated=$(mktemp)
trap 'rm -f "$updated"' EXIT
skipping=no
while IFS= read -r line; do
  case "$line" in
    '<!-- output of '*)
      printf '%s\n```text\n' "$line"
      arguments=${line#<!-- output of perwatt show }
      # shellcheck disable=SC2086  # file and options are separate words
      .build/release/perwatt show ${arguments% -->}
      printf '```\n'
      skipping=yes ;;
    '<!-- end of output -->') skipping=no; printf '%s\n' "$line" ;;
    *) [ "$skipping" = yes ] || printf '%s\n' "$line" ;;
  esac
done <README.md >"$updated"

if [ "${1:-}" = --check ]; then
  diff -u README.md "$updated" || { echo "README.md is stale: run scripts/update-readme.sh" >&2; exit 1; }
else
  cat "$updated" >README.md
fi
