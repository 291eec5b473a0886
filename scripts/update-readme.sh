#!/usr/bin/env bash
# Draws the sample output in README.md and the table in results/README.md from stored runs, so that every number in them
# has a file under results/. Comments name what is drawn: "output of" stands between fences, "table of" as it is.
# Usage: scripts/update-readme.sh [--check]
set -euo pipefail
cd "$(dirname "$0")/.."

updated=$(mktemp)
trap 'rm -f "$updated"' EXIT

# The page $1 with everything between such comments drawn anew.
draw() {
  local line words skipping=no
  while IFS= read -r line; do
    case "$line" in
      '<!-- output of perwatt '* | '<!-- table of perwatt '*)
        printf '%s\n' "$line"
        words=${line#* of perwatt }
        case "$line" in '<!-- output'*) printf '```text\n' ;; esac
        # shellcheck disable=SC2086  # the arguments are separate words
        .build/release/perwatt ${words% -->}
        case "$line" in '<!-- output'*) printf '```\n' ;; esac
        skipping=yes ;;
      '<!-- end of output -->' | '<!-- end of table -->') skipping=no; printf '%s\n' "$line" ;;
      *) [ "$skipping" = yes ] || printf '%s\n' "$line" ;;
    esac
  done <"$1"
}

for page in README.md results/README.md; do
  draw "$page" >"$updated"
  if [ "${1:-}" = --check ]; then
    diff -u "$page" "$updated" || { echo "$page is stale: run scripts/update-readme.sh" >&2; exit 1; }
  else
    cat "$updated" >"$page"
  fi
done
