// What Swift cannot ask the machine itself. Every function returns 0 or an errno value.
#pragma once
#include <stdint.h>

/// Registers eax, ebx, ecx, edx of a cpuid leaf. ENOTSUP off x86-64, EINVAL for a leaf the CPU lacks.
int cm_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t registers[4]);

/// Register states that the operating system saves (XCR0). ENOTSUP without OSXSAVE.
int cm_xgetbv(uint64_t *states);

/// Asks Linux to let this process use AMX tiles (Documentation/arch/x86/xstate.rst). ENOTSUP off x86-64 and before Linux 5.16.
int cm_permit_tiles(void);

/// AT_HWCAP and AT_HWCAP2. ENOTSUP off aarch64.
int cm_hwcap(uint64_t *hwcap, uint64_t *hwcap2);

/// Number of CPUs on which the calling thread may run.
int cm_affinity_count(int *count);

/// Ties the calling thread to one CPU. EINVAL for a CPU it may not use.
int cm_pin_current_thread(int cpu);

/// Spends the time of `rounds` dependent multiplications, the same number of instructions in every build; the answer
/// must be used.
uint64_t cm_spin(uint64_t seed, int64_t rounds);

/// Opens a counter (perf_event_open(2)) of a thread of this process and of all threads that it starts from then on, in
/// user mode only. `leader` is the file of a counter that is to be counted at the same times, or -1.
int cm_perf_open(uint32_t type, uint64_t config, int thread, int leader, int *file);

/// Count, nanoseconds enabled and nanoseconds running of a counter. EIO for an answer of another size.
int cm_perf_read(int file, uint64_t values[3]);

/// Opens a counter of a whole CPU, as that of a power PMU must be. Read it with `cm_perf_read`.
int cm_perf_open_cpu(uint32_t type, uint64_t config, int cpu, int *file);

/// Asks a Raspberry Pi's firmware, through the device at `path`, what `vcgencmd` would. `answer` holds `capacity` bytes
/// and ends in a zero. EIO where the firmware refuses, ENODATA where it says nothing.
int cm_firmware_answer(const char *path, const char *command, char *answer, uint32_t capacity);

/// Runs a shell's command and takes what it prints, at most `capacity` - 1 bytes and a zero. ETIMEDOUT, and the end of
/// the command, after `timeout_ms`. `status` is its exit code, or 128 and the signal.
int cm_shell(const char *command, int timeout_ms, char *output, uint32_t capacity, int *status);

/// Calls `tick` every `interval_ns`, from a thread of its own on `cpu`, until `cm_ticker_stop`. A negative `cpu` leaves the
/// choice to the kernel.
int cm_ticker_start(int64_t interval_ns, int cpu, void (*tick)(void *), void *context, void **ticker);

/// Ends a ticker; `tick` will not be called again.
void cm_ticker_stop(void *ticker);
