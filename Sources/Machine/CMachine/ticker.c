#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "CMachine.h"

typedef struct {
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t ended;
  int stop, cpu;
  int64_t interval_ns;
  void (*tick)(void *);
  void *context;
} ticker_t;

static void *tick_until_stopped(void *argument) {
  ticker_t *t = argument;
  if (t->cpu >= 0) cm_pin_current_thread(t->cpu);
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  pthread_mutex_lock(&t->mutex);
  while (!t->stop) {
    int64_t ns = next.tv_nsec + t->interval_ns;
    next.tv_sec += ns / 1000000000;
    next.tv_nsec = ns % 1000000000;
    int waited = 0;
    while (!t->stop && waited != ETIMEDOUT) waited = pthread_cond_timedwait(&t->ended, &t->mutex, &next);
    if (t->stop) break;
    pthread_mutex_unlock(&t->mutex);
    t->tick(t->context);
    // After a slow reading the next one is an interval later, not at once.
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&t->mutex);
  }
  pthread_mutex_unlock(&t->mutex);
  return NULL;
}

int cm_ticker_start(int64_t interval_ns, int cpu, void (*tick)(void *), void *context, void **ticker) {
  if (interval_ns <= 0) return EINVAL;
  ticker_t *t = calloc(1, sizeof(ticker_t));
  if (t == NULL) return ENOMEM;
  t->cpu = cpu;
  t->interval_ns = interval_ns;
  t->tick = tick;
  t->context = context;
  pthread_mutex_init(&t->mutex, NULL);
  pthread_condattr_t clock;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&t->ended, &clock);
  pthread_condattr_destroy(&clock);
  int problem = pthread_create(&t->thread, NULL, tick_until_stopped, t);
  if (problem != 0) free(t);
  else *ticker = t;
  return problem;
}

void cm_ticker_stop(void *ticker) {
  ticker_t *t = ticker;
  pthread_mutex_lock(&t->mutex);
  t->stop = 1;
  pthread_cond_signal(&t->ended);
  pthread_mutex_unlock(&t->mutex);
  pthread_join(t->thread, NULL);
  pthread_cond_destroy(&t->ended);
  pthread_mutex_destroy(&t->mutex);
  free(t);
}
