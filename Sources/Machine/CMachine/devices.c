#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CMachine.h"

extern char **environ;

// The firmware's mailbox, property interface: size, request, tag, capacity, length, error, text, end.
enum { mailbox_words = 6, mailbox_text = 1024, get_gencmd_result = 0x00030080 };

int cm_firmware_answer(const char *path, const char *command, char *answer, uint32_t capacity) {
  uint32_t message[mailbox_words + mailbox_text / 4 + 1] = {sizeof(message), 0, get_gencmd_result, mailbox_text};
  char *text = (char *)(message + mailbox_words);
  if (capacity == 0 || strlen(command) >= mailbox_text) return EINVAL;
  strcpy(text, command);
  int file = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno;
  int problem = ioctl(file, _IOWR(100, 0, char *), message) < 0 ? errno : 0;
  close(file);
  if (problem != 0) return problem;
  if (message[5] != 0) return EIO;
  size_t length = strnlen(text, mailbox_text);
  if (length == 0) return ENODATA;
  if (length > capacity - 1) length = capacity - 1;
  memcpy(answer, text, length);
  answer[length] = 0;
  return 0;
}

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int spawn_shell(const char *command, int output, pid_t *child) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, 1);
  // A group of its own, so that all it started can be ended together.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  char *const arguments[] = {"sh", "-c", (char *)command, NULL};
  int problem = posix_spawn(child, "/bin/sh", &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return problem;
}

// Until the end of the output, or of the time.
static int take_output(int file, int64_t end, char *output, uint32_t capacity) {
  uint32_t length = 0;
  output[0] = 0;
  for (;;) {
    int64_t left = end - now_ms();
    struct pollfd wait = {.fd = file, .events = POLLIN};
    int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    char chunk[4096];
    ssize_t count = read(file, chunk, sizeof(chunk));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    uint32_t kept = capacity - 1 - length < count ? capacity - 1 - length : (uint32_t)count;
    memcpy(output + length, chunk, kept);
    length += kept;
    output[length] = 0;
  }
}

// A command may close its output and go on: it has until `end`, too.
static int wait_for(pid_t child, int64_t end) {
  int state = 0;
  for (;;) {
    pid_t ended = waitpid(child, &state, now_ms() < end ? WNOHANG : 0);
    if (ended == child || (ended < 0 && errno != EINTR)) return state;
    if (now_ms() >= end) kill(-child, SIGKILL);
    else usleep(1000);
  }
}

int cm_shell(const char *command, int timeout_ms, char *output, uint32_t capacity, int *status) {
  int ends[2];
  if (capacity == 0) return EINVAL;
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pid_t child;
  int problem = spawn_shell(command, ends[1], &child);
  close(ends[1]);
  if (problem == 0) {
    int64_t end = now_ms() + timeout_ms;
    problem = take_output(ends[0], end, output, capacity);
    if (problem != 0) kill(-child, SIGKILL);
    int state = wait_for(child, end);
    *status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  }
  close(ends[0]);
  return problem;
}
