// SPDX-License-Identifier: Apache-2.0
//
// A clock that is set while a program runs, which has no right to set the machine's: the program it is preloaded into
// (LD_PRELOAD) sees the time of day shifted by the number of seconds, 8 bytes, that the file named by SET_CLOCK begins with.
//
// libfaketime does the same and more: it also shifts timers of the monotonic clock (timerfd_settime with TFD_TIMER_ABSTIME), which
// a machine whose clock is set does not, so that a program that only sleeps would never wake.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    static _Atomic(_Atomic(long) *) place;
    _Atomic(long) *found = atomic_load(&place);
    if (!found) {
        const char *path = getenv("SET_CLOCK");
        int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) return 0;
        void *map = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
        close(file);
        if (map == MAP_FAILED) return 0;
        found = map;
        atomic_store(&place, found);
    }
    return atomic_load(found);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += shift();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int result = (int)syscall(SYS_gettimeofday, time, zone);
    if (result == 0) time->tv_sec += shift();
    return result;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
