#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stddef.h>

/// What one thread allocated between `ca_begin` and `ca_end`.
typedef struct {
  /// Bytes alive at once, at most, beyond those alive at the beginning.
  long peak;
  /// The largest single request, granted or not.
  size_t largest;
  /// Requests.
  long count;
} ca_count;

/// Begins to count the calling thread's allocations.
void ca_begin(void);
/// Ends counting.
ca_count ca_end(void);

/// Begins to count the requests of all threads.
void ca_begin_all(void);
/// Ends it and returns their number.
long ca_end_all(void);

#endif
