#!/usr/bin/env bash
# Draws a report and looks at it in Chromium, as a reader would: on a desk (1280 pixels) and on a phone (390), light, dark
# and printed. No console message, no scrolling sideways, no shift of the layout, a name for every image, contrast of all
# text as it is rendered, and pictures like the recorded ones. Says so where there is no Chromium.
# Needs: a release build, or PERWATT=PROGRAM; Debian's chromium and fonts-liberation; python3 with venv.
# Usage: check-report.sh [--record | --shots FOLDER]   (--record: keep today's pictures; --shots: whole pages, to look at)
set -euo pipefail
cd "$(dirname "$0")/.."

chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$chromium" ]; then
  echo "Reports were not looked at: there is no Chromium here (Debian: apt-get install chromium fonts-liberation)"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pillow

# One family of fonts, whatever else is installed: pictures and heights of pages hang on it.
export FONTCONFIG_FILE=$work/fonts.conf
cat >"$FONTCONFIG_FILE" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/liberation</dir><cachedir>$work/fonts</cachedir>
  <match><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match>
  <alias binding="same"><family>system-ui</family><prefer><family>Liberation Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
</fontconfig>
FONTS

# Runs that stay as they are, so that only a change of the drawing changes a picture.
"${PERWATT:-.build/release/perwatt}" report results/amd-epyc-2c/2026-11-21-ea47ae2154-run.json \
  results/amd-epyc-2c/2026-11-22-eb45c40bfd-bench.json -o "$work/report.html"
CHROMIUM=$chromium "$work/venv/bin/python" scripts/check-report.py "$work/report.html" Tests/Fixtures/report "$@"
