#pragma once
// What a thread pool needs and Swift lacks: a spin hint, futexes, borrowed closures and affinity.

#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Tells the core that it is in a spin loop.
static inline void cp_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

/// Sleeps while *word is `expected`; may return early.
static inline void cp_wait(const uint32_t *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, 0, 0, 0);
}

/// Wakes all threads that sleep on `word`.
static inline void cp_wake_all(const uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0);
}

/// Calls a Swift closure of type (Int) -> Void by its two words, without counting its references.
static inline void cp_call(const void *function, const void *context, intptr_t index) {
  typedef __attribute__((swiftcall)) void (*closure)(intptr_t, __attribute__((swift_context)) const void *);
  ((closure)function)(index, context);
}

/// The CPUs on which a thread may run, and whose they are.
typedef struct cp_mask cp_mask;

/// The calling thread's CPUs, to be freed by cp_mask_free; null where the system does not tell.
cp_mask *cp_mask_save(void);

/// Gives them back to the thread that they were saved from, from any thread. 0 or an errno value.
int cp_mask_restore(const cp_mask *mask);

void cp_mask_free(cp_mask *mask);

/// Ties a thread to one CPU. 0 or an errno value: EINVAL for a CPU that it may not use.
int cp_pin(pthread_t thread, int cpu);
