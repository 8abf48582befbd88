// SPDX-License-Identifier: Apache-2.0
#include <libssh/libssh.h>
#include <libssh/callbacks.h>
