# Finds the hot loops in a disassembly (objdump -d --no-show-raw-insn, x86-64 or aarch64): every innermost loop of at
# least 8 multiply-adds or dot products. Prints for each of them, separated by tabs:
#   loop, function, instructions, multiply-adds, stack references, those of vectors, calls, multiply-adds by opcode
# and with -v code=1 its instructions, branches to the loop's start going to the label "start":
#   code, opcode, operands

# The first name after the module in a mangled Swift symbol: $s, then names with their lengths in front.
function short(symbol,   rest, i, size) {
  rest = substr(symbol, 3)
  for (i = 0; i < 2; i++) {
    if (!match(rest, /^[0-9]+/)) return symbol
    size = substr(rest, 1, RLENGTH) + 0
    rest = substr(rest, RLENGTH + 1)
    if (i == 0) rest = substr(rest, size + 1)
  }
  return size > 0 ? substr(rest, 1, size) : symbol
}

# Of floats, bytes or brain floats. SSE2 and plain NEON have only halves of some: products without their sum.
function is_multiply_add(opcode) {
  return opcode ~ /^(vfn?m(add|sub).*ps|mulps|v?pmaddubsw|v?pmaddwd|vpdp(bus|wss)ds?|[vt]dpbf16ps)$/ ||
    opcode ~ /^(fmla|[su]mlal2?|[su]mull2?|[su]dot|usdot|[su]mmla|usmmla|bfdot|bfmmla|bfmlal[bt])$/
}

function is_stack(text) {
  return text ~ /%[er]sp/ || text ~ /[[,]sp[],]/ || (has_frame && text ~ /\(%rbp/)
}
function is_vector(text) { return text ~ /%[xyz]mm/ || text ~ /[\t ,]q[0-9]/ }

function report(from, to,   i, fma, stack, vectors, calls, seen, kinds, kind, text) {
  for (i = from; i <= to; i++) {
    if (is_multiply_add(opcode[i])) {
      fma++
      if (!seen[opcode[i]]++) kinds[++kind] = opcode[i]
    }
    if (is_stack(operands[i])) { stack++; vectors += is_vector(operands[i]) }
    if (opcode[i] ~ /^(callq?|bl|blr)$/) calls++
  }
  if (fma < 8) return
  for (i = 1; i <= kind; i++) text = text (i > 1 ? " + " : "") seen[kinds[i]] " " kinds[i]
  printf "loop\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", short(name), to - from + 1, fma, stack, vectors, calls, text
  if (!code) return
  for (i = from; i <= to; i++) {
    text = operands[i]
    if (i in target) sub(/[0-9a-f]+ *$/, "start", text)
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    printf "code\t%s\t%s\n", opcode[i], text
  }
}

# A branch backwards closes a loop where it can be reached from its target without leaving what lies between; code that a
# compiler merely placed further up has such branches, too.
function closes(from, to,   i, next_one, reached, grew) {
  reached[from] = 1
  do {
    grew = 0
    for (i = from; i < to; i++) {
      if (!(i in reached)) continue
      if (opcode[i] !~ /^(jmp|b|br|retq?|ud2|brk)$/ && !(i + 1 in reached)) reached[i + 1] = 1
      next_one = i in target && target[i] in index_of ? index_of[target[i]] : 0
      if (next_one >= from && next_one <= to && !(next_one in reached)) grew = reached[next_one] = 1
    }
  } while (grew)
  return to in reached
}

# A loop is innermost where no other one lies within.
function finish(   i, j, start, inner) {
  for (i = 1; i <= count; i++) {
    if (!(i in target) || !(target[i] in index_of) || index_of[target[i]] > i) continue
    if (closes(index_of[target[i]], i)) start[i] = index_of[target[i]]
  }
  for (i = 1; i <= count; i++) {
    if (!(i in start)) continue
    inner = 1
    for (j = start[i]; j < i && inner; j++) if (j in start && start[j] >= start[i]) inner = 0
    if (inner) report(start[i], i)
  }
  count = has_frame = 0
  split("", index_of); split("", target)
}

/^[0-9a-f]+ <.*>:$/ { finish(); name = $2; gsub(/^<|>:$/, "", name); next }
/^ +[0-9a-f]+: *\t/ {
  address = $1; sub(/:$/, "", address)
  line = $0; sub(/^[^\t]*\t/, "", line)
  sub(/^\{[a-z0-9]+\} +/, "", line)  # {vex}
  index_of[address] = ++count
  opcode[count] = line; sub(/[ \t].*/, "", opcode[count])
  operands[count] = line; sub(/^[^ \t]+/, "", operands[count]); sub(/(<|#[^0-9-]|\/\/).*/, "", operands[count])
  if (opcode[count] == "mov" && operands[count] ~ /%rsp,%rbp/) has_frame = 1
  if (opcode[count] ~ /^(j.*|b|b\..*|cbn?z|tbn?z)$/ && match(line, /[0-9a-f]+ </))
    target[count] = substr(line, RSTART, RLENGTH - 2)
}
END { finish() }
