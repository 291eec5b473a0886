#define _GNU_SOURCE
#include "CParallel.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

/// Beyond the largest number of CPUs that Linux can be built for.
enum { most_cpus = 1 << 17 };

struct cp_mask {
  pid_t thread;
  size_t size;
  cpu_set_t *set;
};

cp_mask *cp_mask_save(void) {
  // The kernel answers EINVAL while the set is smaller than its own; large servers have over 1024 CPUs.
  for (int cpus = 1024; cpus <= most_cpus; cpus *= 2) {
    cp_mask mask = {(pid_t)syscall(SYS_gettid), CPU_ALLOC_SIZE(cpus), CPU_ALLOC(cpus)};
    cp_mask *saved = malloc(sizeof mask);
    if (mask.set && saved && sched_getaffinity(0, mask.size, mask.set) == 0) {
      *saved = mask;
      return saved;
    }
    CPU_FREE(mask.set);
    free(saved);
  }
  return NULL;
}

int cp_mask_restore(const cp_mask *mask) {
  return sched_setaffinity(mask->thread, mask->size, mask->set) == 0 ? 0 : errno;
}

void cp_mask_free(cp_mask *mask) {
  CPU_FREE(mask->set);
  free(mask);
}

int cp_pin(pthread_t thread, int cpu) {
  if (cpu < 0 || cpu >= most_cpus) return EINVAL;
  cpu_set_t *set = CPU_ALLOC(cpu + 1);
  if (set == NULL) return ENOMEM;
  size_t size = CPU_ALLOC_SIZE(cpu + 1);
  CPU_ZERO_S(size, set);
  CPU_SET_S(cpu, size, set);
  int problem = pthread_setaffinity_np(thread, size, set);
  CPU_FREE(set);
  return problem;
}
