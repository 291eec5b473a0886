#!/bin/sh
# Builds perwatt for machines without Swift, as .build/static/release/perwatt: Swift's libraries are in it, and SQLite and
# libstdc++ too where their archives are installed here (Debian: libsqlite3-dev, g++). It needs glibc there, as new as here.
# `perwatt fleet` runs this. The first time takes as long as any first build; the folder of its own keeps plain builds.
set -eu
cd "$(dirname "$0")/.."
archives=$PWD/.build/static/archives
mkdir -p "$archives"
for name in libsqlite3.a libstdc++.a; do
  path=$(clang -print-file-name="$name")
  # A linker takes the first folder that holds a library; this one holds archives only.
  case $path in
    /*) ln -sfn "$path" "$archives/$name" ;;
    *) echo "note: no $name here; hosts need the library" ;;
  esac
done
# Without names of symbols (-s) there is half as much to copy.
exec swift build -c release --static-swift-stdlib --product perwatt --scratch-path .build/static \
  -Xlinker "-L$archives" -Xlinker -s
