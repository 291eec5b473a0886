#!/usr/bin/env bash
# Writes llama-bench.{jsonl,json,csv,sql}, two rows as llama.cpp's llama-bench prints them, and llama-bench-ranges.json,
# lists of numbers as its own function reads them ("invalid" where it throws).
# Needs: a C++ compiler. Usage: llama-bench.sh LLAMA.CPP-CHECKOUT LLAMA-BENCH
set -euo pipefail
source=$(realpath "$1/tools/llama-bench/llama-bench.cpp")
bench=$(realpath "$2")
cd "$(dirname "$0")/.."

for format in jsonl json csv sql; do
  "$bench" -m stories260K-f32.gguf -p 8 -n 4 -d 16 -r 2 -t 1 -o "$format" 2>/dev/null > "llama-bench.$format"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  printf '#include <%s>\n' regex stdexcept string vector iostream
  sed -n '/^static std::vector<int> parse_int_range/,/^}/p' "$source"
  cat <<'MAIN'
int main(int count, char ** texts) {
    for (int i = 1; i < count; i++) {
        std::cout << (i > 1 ? ",\n" : "{\n") << " \"" << texts[i] << "\": ";
        try {
            auto values = parse_int_range(texts[i]);
            for (size_t k = 0; k < values.size(); k++) { std::cout << (k ? ", " : "[") << values[k]; }
            std::cout << (values.empty() ? "[]" : "]");
        } catch (const std::exception &) { std::cout << "\"invalid\""; }
    }
    std::cout << "\n}\n";
}
MAIN
} > "$work/ranges.cpp"
c++ -O1 -o "$work/ranges" "$work/ranges.cpp"
"$work/ranges" 512 0 0,4096 1-4 1-10+3 1-10+9 1-10+10 1-64*2 3-100*3 128-512*2,1000 5-5 8, 1-3,7, 0-3 0-0 007 \
  "" , a 1,,2 -1 1- -4 4-1 0-4*2 1-4*1 1-4+0 5-5*1 5-5+0 5*2 1+2 "1 " " 1" 1.5 0x10 '1-4|2' 1-4- 1-2-3 1-4*2*2 1e3 \
  99999999999 > llama-bench-ranges.json
