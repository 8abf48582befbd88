// SPDX-License-Identifier: Apache-2.0
//
// A disk that fails when it is told to: while the file named by FAILING_DISK is there, every flush of the program it is
// preloaded into (LD_PRELOAD) fails with an I/O error, and what was written since may be lost.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(void) {
    const char *file = getenv("FAILING_DISK");
    return file && access(file, F_OK) == 0;
}

static int refused(void) {
    errno = EIO;
    return -1;
}

int fsync(int file) { return fails() ? refused() : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return fails() ? refused() : (int)syscall(SYS_fdatasync, file); }
