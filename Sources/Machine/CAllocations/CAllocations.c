// Counts what a thread, or all of them, allocate: the C library's allocator under its own names, which a program may
// replace (glibc manual, "Replacing malloc"), handing on to glibc's. Where nobody counts, a request costs two loads more.
#include "CAllocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static __thread int counting;
static __thread long live;
static __thread ca_count seen;

void ca_begin(void) {
  live = 0;
  seen = (ca_count){0, 0, 0};
  counting = 1;
}

ca_count ca_end(void) {
  counting = 0;
  return seen;
}

static atomic_int counting_all;
static atomic_long all;

void ca_begin_all(void) {
  atomic_store(&all, 0);
  atomic_store(&counting_all, 1);
}

long ca_end_all(void) {
  atomic_store(&counting_all, 0);
  return atomic_load(&all);
}

static void *added(void *block, size_t request) {
  if (atomic_load_explicit(&counting_all, memory_order_relaxed))
    atomic_fetch_add_explicit(&all, 1, memory_order_relaxed);
  if (!counting) return block;
  seen.count += 1;
  if (request > seen.largest) seen.largest = request;
  if (block) live += (long)malloc_usable_size(block);
  if (live > seen.peak) seen.peak = live;
  return block;
}

static void removed(void *block) {
  if (counting && block) live -= (long)malloc_usable_size(block);
}

void *malloc(size_t size) { return added(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
  size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) total = (size_t)-1;
  return added(__libc_calloc(count, size), total);
}

void *realloc(void *block, size_t size) {
  removed(block);
  void *moved = __libc_realloc(block, size);
  // Where it fails, the old block stays.
  if (!moved && size > 0) added(block, 0);
  return added(moved, size);
}

void *memalign(size_t alignment, size_t size) { return added(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  void *found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *block = found;
  return 0;
}

void free(void *block) {
  removed(block);
  __libc_free(block);
}
