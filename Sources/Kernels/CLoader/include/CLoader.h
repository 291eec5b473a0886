#pragma once
// GNU extensions that Swift's Glibc module does not show.

/// A file in memory, closed on exec; −1 and errno on failure.
int cl_memory_file(const char *name);

/// The file from which the loader took the code at `address`; null where there is none.
const char *cl_file_of(const void *address);
