// SPDX-License-Identifier: Apache-2.0
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Declared in libssh/server.h, which clashes with nothing here but brings the whole server side along.
int ssh_send_keepalive(ssh_session session);

// The size field is set by a macro, which Swift cannot call.
static inline void firstline_channel_callbacks_init(struct ssh_channel_callbacks_struct *callbacks) {
    memset(callbacks, 0, sizeof *callbacks);
    ssh_callbacks_init(callbacks);
}
