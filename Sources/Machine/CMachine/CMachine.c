#define _GNU_SOURCE
#include "CMachine.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

int cm_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t r[4]) {
  return __get_cpuid_count(leaf, subleaf, &r[0], &r[1], &r[2], &r[3]) ? 0 : EINVAL;
}

int cm_xgetbv(uint64_t *states) {
  uint32_t r[4];
  if (cm_cpuid(1, 0, r) != 0 || !(r[2] & bit_OSXSAVE)) return ENOTSUP;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  *states = (uint64_t)high << 32 | low;
  return 0;
}

int cm_permit_tiles(void) {
  const long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0 ? 0 : ENOTSUP;
}
#else
int cm_permit_tiles(void) { return ENOTSUP; }
int cm_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t r[4]) {
  (void)leaf, (void)subleaf, (void)r;
  return ENOTSUP;
}
int cm_xgetbv(uint64_t *states) {
  (void)states;
  return ENOTSUP;
}
#endif

#if defined(__aarch64__)
#include <sys/auxv.h>

int cm_hwcap(uint64_t *hwcap, uint64_t *hwcap2) {
  *hwcap = getauxval(AT_HWCAP);
  *hwcap2 = getauxval(AT_HWCAP2);
  return 0;
}
#else
int cm_hwcap(uint64_t *hwcap, uint64_t *hwcap2) {
  (void)hwcap, (void)hwcap2;
  return ENOTSUP;
}
#endif

int cm_affinity_count(int *count) {
  // The kernel answers EINVAL while the set is smaller than its own; large servers have over 1024 CPUs.
  for (int cpus = 1024; cpus <= 1 << 17; cpus *= 2) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (set == NULL) return ENOMEM;
    size_t size = CPU_ALLOC_SIZE(cpus);
    int problem = sched_getaffinity(0, size, set) == 0 ? 0 : errno;
    if (problem == 0) *count = CPU_COUNT_S(size, set);
    CPU_FREE(set);
    if (problem != EINVAL) return problem;
  }
  return EINVAL;
}

int cm_pin_current_thread(int cpu) {
  if (cpu < 0 || cpu >= 1 << 17) return EINVAL;
  cpu_set_t *set = CPU_ALLOC(cpu + 1);
  if (set == NULL) return ENOMEM;
  size_t size = CPU_ALLOC_SIZE(cpu + 1);
  CPU_ZERO_S(size, set);
  CPU_SET_S(cpu, size, set);
  int problem = sched_setaffinity(0, size, set) == 0 ? 0 : errno;
  CPU_FREE(set);
  return problem;
}

uint64_t cm_spin(uint64_t seed, int64_t rounds) {
  uint64_t value = seed;
  for (int64_t round = 0; round < rounds; round++) {
    value = (value ^ value >> 29) * 0xbf58476d1ce4e5b9u + 1;
    // Keeps the compiler from finding a shorter way.
    __asm__ volatile("" : "+r"(value));
  }
  return value;
}

int cm_perf_open(uint32_t type, uint64_t config, int thread, int leader, int *file) {
  struct perf_event_attr attributes = {
      .type = type,
      .size = sizeof(attributes),
      .config = config,
      .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
      .inherit = 1,
      .exclude_kernel = 1,
      .exclude_hv = 1,
  };
  long opened = syscall(SYS_perf_event_open, &attributes, thread, -1, leader, PERF_FLAG_FD_CLOEXEC);
  if (opened < 0) return errno;
  *file = (int)opened;
  return 0;
}

int cm_perf_open_cpu(uint32_t type, uint64_t config, int cpu, int *file) {
  // A power PMU counts for everybody and refuses to leave the kernel out.
  struct perf_event_attr attributes = {
      .type = type,
      .size = sizeof(attributes),
      .config = config,
      .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
  };
  long opened = syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (opened < 0) return errno;
  *file = (int)opened;
  return 0;
}

int cm_perf_read(int file, uint64_t values[3]) {
  ssize_t count;
  do count = read(file, values, 3 * sizeof(uint64_t));
  while (count < 0 && errno == EINTR);
  if (count < 0) return errno;
  return count == 3 * sizeof(uint64_t) ? 0 : EIO;
}
