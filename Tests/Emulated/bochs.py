"""Runs a static x86-64 Linux program on a CPU that Bochs emulates, without an operating system: the program's memory is
a buffer of this process, and its few system calls are answered here.
Usage: bochs.py CPU PROGRAM    ends with the program's exit status, or with 1 after an exception.
Needs: bochscpu-python 0.4.0 (Bochs 3.0), whose own CPU model has AVX-512 without VNNI and BF16."""

import ctypes
import mmap
import os
import signal
import struct
import sys

import bochscpu
import bochscpu._bochscpu
import bochscpu.memory

CPUS = {"skylake-x": 26, "icelake": 28, "sapphire-rapids": 30}  # Bochs' own numbers
MEMORY_BYTES = 128 << 20
STACK_BYTES = 8 << 20
PAGE_TABLES, SYSCALL_ENTRY = 0x1000, 0x4000  # below every program
WRITE, MPROTECT, BRK, ARCH_PRCTL, EXIT_GROUP = 1, 10, 12, 158, 231  # system calls
ARCH_SET_FS, ENOSYS = 0x1002, 38


def select_cpu(name):
    """The binding has no call for it, but its library exports Bochs' parameters."""
    library = ctypes.CDLL(bochscpu._bochscpu.__file__)
    library.sim_get_param_enum.restype = ctypes.c_void_p
    model = ctypes.c_void_p(library.sim_get_param_enum(b"cpu.model"))
    library._ZN15bx_param_enum_c3setEl(model, ctypes.c_long(CPUS[name]))


class Program:
    """The program's address space, mapped one to one, and its system calls."""

    def __init__(self, path):
        self.memory = mmap.mmap(-1, MEMORY_BYTES)
        self.status = 1
        host = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        for page in range(0, MEMORY_BYTES, mmap.PAGESIZE):
            bochscpu.memory.page_insert(page, host + page)
        self.write_words(PAGE_TABLES, [PAGE_TABLES + 0x1000 | 7])
        self.write_words(PAGE_TABLES + 0x1000, [PAGE_TABLES + 0x2000 | 7])
        large_pages = [page | 0x87 for page in range(0, MEMORY_BYTES, 2 << 20)]  # 2 MiB, present, writable
        self.write_words(PAGE_TABLES + 0x2000, large_pages)
        self.memory[SYSCALL_ENTRY:SYSCALL_ENTRY + 2] = b"\xff\xe1"  # jmp *%rcx, the address after SYSCALL
        with open(path, "rb") as file:
            self.load(file.read())

    def write_words(self, address, words):
        struct.pack_into(f"<{len(words)}Q", self.memory, address, *words)

    def load(self, elf):
        self.entry, headers = struct.unpack_from("<QQ", elf, 24)
        size, count = struct.unpack_from("<HH", elf, 54)
        self.heap_end = 0
        for header in range(headers, headers + count * size, size):
            kind, _, offset, address, _, file_bytes, bytes_, _ = struct.unpack_from("<IIQQQQQQ", elf, header)
            if kind != 1:  # PT_LOAD
                continue
            self.memory[address:address + file_bytes] = elf[offset:offset + file_bytes]
            self.heap_end = max(self.heap_end, address + bytes_ + 4095 & ~4095)
            if offset == 0:
                headers_address = address + headers
        name = MEMORY_BYTES - 4096
        self.memory[name:name + 8] = b"program\0"
        # argc, argv, environment, auxiliary vector: headers, page size, entry, not set-uid, random bytes
        words = [1, name, 0, 0, 3, headers_address, 4, size, 5, count, 6, 4096, 9, self.entry, 23, 0, 25, name]
        self.stack = name - 8 * len(words) - 16 & ~15
        self.write_words(self.stack, words + [0, 0])

    def system_call(self, session, *_):
        cpu, result = session.cpu, -ENOSYS
        if cpu.rax == WRITE:
            result = os.write(cpu.rdi, self.memory[cpu.rsi:cpu.rsi + cpu.rdx])
        elif cpu.rax == BRK:
            if self.heap_end <= cpu.rdi < MEMORY_BYTES - STACK_BYTES:
                self.heap_end = cpu.rdi
            result = self.heap_end
        elif cpu.rax == ARCH_PRCTL and cpu.rdi == ARCH_SET_FS:
            fs = cpu.fs
            fs.base, result = cpu.rsi, 0
            cpu.fs = fs
        elif cpu.rax == MPROTECT:
            result = 0
        elif cpu.rax == EXIT_GROUP:
            self.status = cpu.rdi
            session.stop()
        cpu.rax = result & (1 << 64) - 1

    def exception(self, session, _, vector, __):
        cpu = session.cpu
        code = self.memory[cpu.rip:cpu.rip + 12].hex(" ") if cpu.rip < MEMORY_BYTES else "unmapped"
        print(f"exception {vector} at {cpu.rip:#x} ({code}), data address {cpu.cr2:#x}", file=sys.stderr)
        session.stop()


def segment(selector, attributes):
    result = bochscpu.Segment()
    result.present, result.base, result.limit = True, 0, 0xFFFF_FFFF
    result.selector, result.attr = selector, attributes
    return result


def initial_state(program):
    state = bochscpu.State()
    state.cr0 = 0x8001_0033  # protection and paging on
    state.cr3 = PAGE_TABLES
    state.cr4 = 1 << 5 | 1 << 9 | 1 << 10 | 1 << 18  # PAE, SSE, its exceptions, XSAVE
    state.efer = 0x501  # SYSCALL, long mode
    state.xcr0 = 0xE7  # x87, SSE, AVX, AVX-512
    state.mxcsr, state.mxcsr_mask, state.fpcw, state.fptw = 0x1F80, 0xFFFF, 0x37F, 0xFFFF
    state.rip, state.rsp, state.rflags = program.entry, program.stack, 2
    state.star, state.lstar = 8 << 32, SYSCALL_ENTRY
    state.cs = segment(8, 0xA09B)
    state.ss = state.ds = state.es = state.fs = state.gs = segment(16, 0xC093)
    return state


def main():
    for number in signal.SIGINT, signal.SIGPIPE:  # not as Python's exceptions inside Bochs
        signal.signal(number, signal.SIG_DFL)
    select_cpu(sys.argv[1])
    session = bochscpu.Session()
    program = Program(sys.argv[2])
    session.cpu.state = initial_state(program)
    hook = bochscpu.Hook()
    hook.far_branch = program.system_call  # SYSCALL is the only far branch of a program
    hook.exception = program.exception
    session.run([hook])
    os._exit(program.status)  # the binding's own tidying up crashes


main()
