// SPDX-License-Identifier: Apache-2.0
//
// What Linux has and Swift's Glibc does not show.
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>

// Declared by sys/resource.h only for those who define _GNU_SOURCE before anything else.
int prlimit(pid_t pid, int resource, const struct rlimit *new_limit, struct rlimit *old_limit);

// Sets a process's soft limit of open files; the hard one stays.
static inline int firstline_set_soft_file_limit(pid_t pid, unsigned long soft) {
    struct rlimit limits;
    if (prlimit(pid, RLIMIT_NOFILE, NULL, &limits)) return -1;
    limits.rlim_cur = soft < limits.rlim_max ? soft : limits.rlim_max;
    return prlimit(pid, RLIMIT_NOFILE, &limits, NULL);
}

// Lets no core be made of this process, and no other process of its account look into its memory; 0 when that is so.
static inline int firstline_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
