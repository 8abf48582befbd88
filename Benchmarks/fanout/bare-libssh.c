// SPDX-License-Identifier: Apache-2.0
//
// The floor: the least work a libssh client can do to run one command on many hosts. One thread, one poll loop, nothing
// is stored and nothing is retried. Firstline is measured against this, so it must stay lean - and it must fail loudly:
// a client that skips a host would make the floor look lower than it is.
//
//   cc -O2 -o bare-libssh bare-libssh.c $(pkg-config --cflags --libs libssh)
//   bare-libssh -t TARGETS -u USER -k PRIVATE_KEY -K HOST_KEY.pub [-n 32] [-m 1] [-l HOSTS] [-s SECONDS] [-c] COMMAND
//
//   -t FILE  one "ADDRESS PORT" a line          -n N  hosts between connect and end of authentication at once
//   -k FILE  private key of the user            -m N  times the command runs, one after another, on one connection
//   -K FILE  the only host key that is accepted -l N  only the first N targets
//   -c       close each session when its host is done, instead of keeping all open until the end
//   -s N     seconds a host may take (default 60)
//
// Prints one line of JSON. Exit status: 0 = every host succeeded, 1 = some did not, 2 = could not start.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <libssh/libssh.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// What a host waits for. The order matters: everything before OPENING counts as a handshake in flight.
enum state { CONNECTING, EXCHANGING_KEYS, AUTHENTICATING, OPENING, REQUESTING, READING, EXITING, DONE, FAILED };

struct host {
    struct sockaddr_in address;
    char name[32];  // "ADDRESS PORT", for messages
    enum state state;
    int fd;  // ours until the session has it, then -1
    ssh_session session;
    ssh_channel channel;
    int runs;  // finished runs of the command
    double started, ended;
};

static struct {
    const char *targets, *user, *key, *hostKey, *command;
    int inFlight, runs, limit, seconds;
    bool close;
} options = {.inFlight = 32, .runs = 1, .seconds = 60};

static ssh_key userKey, hostKey;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void *need(void *pointer) {
    if (pointer) return pointer;
    fprintf(stderr, "bare-libssh: out of memory\n");
    exit(2);
}

static void release(struct host *h) {
    if (h->channel) ssh_channel_free(h->channel);
    if (h->session) {
        if (ssh_is_connected(h->session)) ssh_disconnect(h->session);
        ssh_free(h->session);
    }
    if (h->fd >= 0) close(h->fd);
    h->channel = NULL, h->session = NULL, h->fd = -1;
}

static bool end(struct host *h, enum state state) {
    h->state = state;
    h->ended = now();
    if (state == FAILED || options.close) release(h);
    return false;
}

__attribute__((format(printf, 2, 3))) static bool fail(struct host *h, const char *format, ...) {
    static int messages;
    if (messages++ < 20) {  // a dead fleet must not print a thousand lines
        va_list arguments;
        va_start(arguments, format);
        fprintf(stderr, "bare-libssh: %s: ", h->name);
        vfprintf(stderr, format, arguments);
        fputc('\n', stderr);
        va_end(arguments);
    }
    return end(h, FAILED);
}

// Starts the TCP connection. libssh's own connect would resolve and block.
static bool begin(struct host *h) {
    int yes = 1;
    h->started = now();
    h->state = CONNECTING;
    h->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (h->fd < 0) return fail(h, "socket: %s", strerror(errno));
    setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // libssh writes small packets
    if (connect(h->fd, (struct sockaddr *)&h->address, sizeof h->address) == 0 || errno == EINPROGRESS) return true;
    return fail(h, "connect: %s", strerror(errno));
}

static bool prepare(struct host *h) {
    int no = 0, error = 0;
    socklen_t length = sizeof error;
    getsockopt(h->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) return fail(h, "connect: %s", strerror(error));

    ssh_session s = h->session = need(ssh_new());
    // Nothing is read from the machine it runs on, and one algorithm of each kind is offered: the one the fleet has.
    int bad = ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no) | ssh_options_set(s, SSH_OPTIONS_SSH_DIR, "/dev/null") |
              ssh_options_set(s, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") |
              ssh_options_set(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") |
              ssh_options_set(s, SSH_OPTIONS_USER, options.user) |
              ssh_options_set(s, SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256") |
              ssh_options_set(s, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519") |
              ssh_options_set(s, SSH_OPTIONS_CIPHERS_C_S, "aes128-gcm@openssh.com") |
              ssh_options_set(s, SSH_OPTIONS_CIPHERS_S_C, "aes128-gcm@openssh.com") |
              ssh_options_set(s, SSH_OPTIONS_FD, &h->fd);
    if (bad) return fail(h, "options: %s", ssh_get_error(s));
    h->fd = -1;  // from now on libssh closes it
    ssh_set_blocking(s, 0);
    h->state = EXCHANGING_KEYS;
    return true;
}

static bool checkHostKey(struct host *h) {
    ssh_key offered = NULL;
    bool same = ssh_get_server_publickey(h->session, &offered) == SSH_OK &&
                ssh_key_cmp(offered, hostKey, SSH_KEY_CMP_PUBLIC) == 0;
    ssh_key_free(offered);
    return same;
}

// sshd answers the first channel in two small packets and, by Nagle's rule, keeps the second back until the first is
// acknowledged, which this side would put off for 40 ms. The option does not stick, so it is set while the answer is awaited.
static bool acknowledge(struct host *h) {
    int yes = 1;
    setsockopt(ssh_get_fd(h->session), IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    return false;
}

static bool openChannel(struct host *h) {
    h->channel = need(ssh_channel_new(h->session));
    h->state = OPENING;
    return true;
}

// Takes the next step of a host; false = nothing more to do before its socket is ready (or it has ended).
static bool advance(struct host *h) {
    char buffer[16384];
    int rc;
    switch (h->state) {
    case CONNECTING: return prepare(h);
    case EXCHANGING_KEYS:
        rc = ssh_connect(h->session);
        if (rc == SSH_AGAIN) return false;
        if (rc != SSH_OK) return fail(h, "key exchange: %s", ssh_get_error(h->session));
        if (!checkHostKey(h)) return fail(h, "the host key is not the expected one");
        h->state = AUTHENTICATING;
        return true;
    case AUTHENTICATING:
        rc = ssh_userauth_publickey(h->session, NULL, userKey);
        if (rc == SSH_AUTH_AGAIN) return false;
        if (rc != SSH_AUTH_SUCCESS) return fail(h, "authentication: %s", ssh_get_error(h->session));
        return openChannel(h);
    case OPENING:
        rc = ssh_channel_open_session(h->channel);
        if (rc == SSH_AGAIN) return acknowledge(h);
        if (rc != SSH_OK) return fail(h, "open channel: %s", ssh_get_error(h->session));
        h->state = REQUESTING;
        return true;
    case REQUESTING:
        rc = ssh_channel_request_exec(h->channel, options.command);
        if (rc == SSH_AGAIN) return false;
        if (rc != SSH_OK) return fail(h, "exec: %s", ssh_get_error(h->session));
        h->state = READING;
        return true;
    case READING:  // standard output only: a command that floods standard error runs into the time limit, not past it
        rc = ssh_channel_read_nonblocking(h->channel, buffer, sizeof buffer, 0);
        if (rc > 0) return true;
        if (rc == SSH_ERROR) return fail(h, "read: %s", ssh_get_error(h->session));
        if (rc != SSH_EOF) return false;
        h->state = EXITING;
        return true;
    case EXITING:
        rc = ssh_channel_get_exit_status(h->channel);
        if (rc == -1 && !ssh_channel_is_closed(h->channel)) return false;
        if (rc != 0) return fail(h, "exit status %d in run %d", rc, h->runs + 1);
        ssh_channel_free(h->channel);  // sends the close
        h->channel = NULL;
        if (++h->runs < options.runs) return openChannel(h);
        return end(h, DONE);
    default: return false;
    }
}

static short events(struct host *h) {
    if (h->state == CONNECTING) return POLLOUT;
    int flags = ssh_get_poll_flags(h->session);
    return POLLIN | (flags & SSH_WRITE_PENDING ? POLLOUT : 0);
}

static struct host *readTargets(int *count) {
    FILE *file = fopen(options.targets, "r");
    struct host *hosts = NULL;
    char line[128], address[64];
    int capacity = 0, n = 0, port;
    if (!file) return NULL;
    while ((!options.limit || n < options.limit) && fgets(line, sizeof line, file)) {
        if (n == capacity) hosts = need(realloc(hosts, (capacity = capacity * 2 + 64) * sizeof *hosts));
        struct host *h = memset(&hosts[n], 0, sizeof *h);
        h->fd = -1;
        h->address.sin_family = AF_INET;
        if (sscanf(line, "%63s %d", address, &port) != 2 || inet_pton(AF_INET, address, &h->address.sin_addr) != 1 ||
            port < 1 || port > 65535) {
            fprintf(stderr, "bare-libssh: %s:%d: expected ADDRESS PORT\n", options.targets, n + 1);
            exit(2);
        }
        h->address.sin_port = htons(port);
        snprintf(h->name, sizeof h->name, "%.20s %d", address, port);
        n++;
    }
    fclose(file);
    *count = n;
    return hosts;
}

// Runs all hosts; returns when the last one was authenticated (or had failed) as seconds after the start.
static double drive(struct host *hosts, int count) {
    struct host **active = need(malloc(count * sizeof *active));
    struct pollfd *polled = need(malloc(count * sizeof *polled));
    double start = now(), connected = start, checked = start;
    int next = 0, activeCount = 0, flying = 0;

    while (next < count || activeCount > 0) {
        while (next < count && flying < options.inFlight) {
            struct host *h = &hosts[next++];
            if (begin(h)) active[activeCount++] = h, flying++;
        }
        for (int i = 0; i < activeCount; i++) {
            struct host *h = active[i];
            polled[i].fd = h->state == CONNECTING ? h->fd : ssh_get_fd(h->session);
            polled[i].events = events(h);
        }
        if (poll(polled, activeCount, 1000) < 0 && errno != EINTR) perror("bare-libssh: poll"), exit(2);

        double time = now();
        bool late = time - checked >= 1;
        if (late) checked = time;
        int kept = 0;
        for (int i = 0; i < activeCount; i++) {
            struct host *h = active[i];
            bool handshake = h->state < OPENING;
            if (polled[i].revents)
                while (advance(h)) continue;
            if (late && h->state < DONE && time - h->started > options.seconds) fail(h, "took too long (state %d)", h->state);
            if (handshake && h->state >= OPENING) connected = now(), flying--;
            if (h->state < DONE) active[kept++] = h;
        }
        activeCount = kept;
    }
    free(active), free(polled);
    return connected - start;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static int usage(void) {
    fputs("usage: bare-libssh -t TARGETS -u USER -k KEY -K HOST_KEY.pub [-n N] [-m N] [-l N] [-s N] [-c] COMMAND\n", stderr);
    return 2;
}

int main(int argc, char **argv) {
    for (int c; (c = getopt(argc, argv, "t:u:k:K:n:m:l:s:c")) != -1;) switch (c) {
        case 't': options.targets = optarg; break;
        case 'u': options.user = optarg; break;
        case 'k': options.key = optarg; break;
        case 'K': options.hostKey = optarg; break;
        case 'n': options.inFlight = atoi(optarg); break;
        case 'm': options.runs = atoi(optarg); break;
        case 'l': options.limit = atoi(optarg); break;
        case 's': options.seconds = atoi(optarg); break;
        case 'c': options.close = true; break;
        default: return usage();
        }
    if (optind != argc - 1 || !options.targets || !options.user || !options.key || !options.hostKey ||
        options.inFlight < 1 || options.runs < 1 || options.limit < 0 || options.seconds < 1)
        return usage();
    options.command = argv[optind];

    int count = 0, ok = 0;
    struct host *hosts = readTargets(&count);
    if (!count) return fprintf(stderr, "bare-libssh: no targets in %s\n", options.targets), 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;  // every session is a descriptor
    setrlimit(RLIMIT_NOFILE, &files);
    if (ssh_init() != SSH_OK || ssh_pki_import_privkey_file(options.key, NULL, NULL, NULL, &userKey) != SSH_OK ||
        ssh_pki_import_pubkey_file(options.hostKey, &hostKey) != SSH_OK)
        return fprintf(stderr, "bare-libssh: cannot read %s or %s\n", options.key, options.hostKey), 2;

    double start = now(), connected = drive(hosts, count), wall = now() - start;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);  // before the sessions are let go: the figures are about the work

    double *took = need(malloc(count * sizeof *took));
    for (int i = 0; i < count; i++) {
        if (hosts[i].state == DONE && hosts[i].runs == options.runs) took[ok++] = hosts[i].ended - hosts[i].started;
        release(&hosts[i]);
    }
    qsort(took, ok, sizeof *took, ascending);
    printf("{\"hosts\": %d, \"ok\": %d, \"failed\": %d, \"runs\": %d, \"in_flight\": %d, \"wall_s\": %.3f, \"connected_s\": %.3f, "
           "\"user_s\": %.3f, \"sys_s\": %.3f, \"max_rss_kb\": %ld, \"p50_ms\": %.1f, \"p99_ms\": %.1f}\n",
           count, ok, count - ok, options.runs, options.inFlight, wall, connected, seconds(usage.ru_utime),
           seconds(usage.ru_stime), usage.ru_maxrss, ok ? took[(ok - 1) / 2] * 1e3 : 0, ok ? took[(ok - 1) * 99 / 100] * 1e3 : 0);
    free(took), free(hosts);
    ssh_key_free(userKey), ssh_key_free(hostKey);
    return ok == count ? 0 : 1;
}
