#define _GNU_SOURCE
#include "CLoader.h"

#include <dlfcn.h>
#include <sys/mman.h>

int cl_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

const char *cl_file_of(const void *address) {
  Dl_info info;
  return dladdr(address, &info) ? info.dli_fname : 0;
}
