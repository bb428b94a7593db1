/* What the commands share. Everything a user reads on standard error goes through here, so that it looks the same. */
#include "cli/cli.h"

#include "core/memory.h"
#include "core/money.h"
#include "core/text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* The one thing a signal handler can reach. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

int rh_cli_exit_code(int code)
{
    switch (code) {
    case RH_OK:
        return RH_EXIT_OK;
    case RH_ERR_INTERRUPTED:
        return RH_EXIT_INTERRUPTED;
    case RH_ERR_ARGUMENT:
        return RH_EXIT_USAGE;
    case RH_ERR_INPUT:
    case RH_ERR_FORMAT:
    case RH_ERR_TOO_OLD:
    case RH_ERR_TOO_NEW:
    case RH_ERR_UNSUPPORTED:
    case RH_ERR_OVERFLOW:
        return RH_EXIT_INPUT;
    default:
        return RH_EXIT_FAILED;
    }
}

int rh_cli_fail(const struct rh_error *error)
{
    fputs("rehearse: ", stderr);
    if (error->file[0] != '\0') {
        fprintf(stderr, "%s:", error->file);
        if (error->line > 0) {
            fprintf(stderr, "%ld:", error->line);
        }
        if (error->line > 0 && error->column > 0) {
            fprintf(stderr, "%ld:", error->column);
        }
        fputc(' ', stderr);
    }
    fprintf(stderr, "%s\n", error->message[0] != '\0' ? error->message : rh_code_message(error->code));
    return rh_cli_exit_code(error->code);
}

int rh_cli_fail_problems(const struct rh_problems *problems)
{
    struct rh_text text;
    rh_text_init(&text);
    for (size_t i = 0; i < problems->num; i++) {
        rh_problem_format(&problems->items[i], &text);
    }
    fputs(rh_text_string(&text), stderr);
    rh_text_free(&text);
    fprintf(stderr, "rehearse: %zu problem%s", problems->num_total, problems->num_total == 1 ? "" : "s");
    if (problems->num_total > problems->num) {
        fprintf(stderr, ", the first %zu are shown", problems->num);
    }
    fputc('\n', stderr);
    if (problems->failed != RH_OK) {
        return rh_cli_exit_code(problems->failed);
    }
    return problems->num > 0 ? rh_cli_exit_code(problems->items[0].code) : RH_EXIT_OK;
}

/* Columns of the terminal behind a descriptor; COLUMNS, which users and tests set, goes first. */
static int columns_of(int descriptor)
{
    const char *text = getenv("COLUMNS");
    if (text != NULL) {
        char *end;
        errno = 0;
        long value = strtol(text, &end, 10);
        if (errno == 0 && end != text && *end == '\0' && value >= 40 && value <= 10000) {
            return (int)value;
        }
    }
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
        return size.ws_col;
    }
    return 100;
}

int rh_cli_width(void)
{
    return columns_of(STDOUT_FILENO);
}

bool rh_cli_color(void)
{
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && (refused == NULL || refused[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void clear_line(struct rh_cli_progress *self)
{
    if (self->line_open) {
        fputs("\r\x1b[K", stderr);
        self->line_open = false;
    }
}

/* "0:07", "1:02:03". */
static void put_duration(struct rh_text *out, double duration)
{
    long rest = duration < 1e9 ? (long)(duration + 0.5) : 999999999L;
    if (rest >= 3600) {
        rh_text_printf(out, "%ld:%02ld:%02ld", rest / 3600, rest / 60 % 60, rest % 60);
    } else {
        rh_text_printf(out, "%ld:%02ld", rest / 60, rest % 60);
    }
}

/* `replications  [=====>     ]  42%  12.3k/s  0:07 left`, as wide as the terminal but not wider than can be followed.
 */
static void draw(struct rh_cli_progress *self, uint64_t done, uint64_t total, double now)
{
    double elapsed = now - self->started;
    double rate = elapsed > 0.0 ? (double)(done - self->first_done) / elapsed : 0.0;
    struct rh_text tail;
    rh_text_init(&tail);
    if (total > 0) {
        rh_text_printf(&tail, " %3.0f%%", 100.0 * (double)done / (double)total);
    } else {
        rh_text_puts(&tail, "  ");
        rh_text_number(&tail, (double)done, 0);
    }
    if (rate > 0.0) {
        rh_text_puts(&tail, "  ");
        rh_text_short_number(&tail, rate);
        rh_text_puts(&tail, "/s  ");
        put_duration(&tail, total > 0 ? (double)(total - done) / rate : elapsed);
        if (total > 0) {
            rh_text_puts(&tail, " left");
        }
    }
    int room = columns_of(STDERR_FILENO) - (int)strlen(self->what) - (int)tail.length - 6;
    room = room > 40 ? 40 : room;
    fprintf(stderr, "\r\x1b[K%s", self->what);
    if (total > 0 && room >= 8) {
        int filled = (int)((double)room * (double)done / (double)total);
        fputs("  [", stderr);
        for (int i = 0; i < room; i++) {
            fputc(i < filled ? '=' : i == filled ? '>' : ' ', stderr);
        }
        fputc(']', stderr);
    }
    fputs(rh_text_string(&tail), stderr);
    fflush(stderr);
    self->line_open = true;
    self->drawn = now;
    rh_text_free(&tail);
}

/* Ten pictures a second are motion enough, and drawing never costs the work anything. */
#define SECONDS_BETWEEN_DRAWS 0.1

static void report(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct rh_cli_progress *self = user;
    if (!self->bar) {
        return;
    }
    double now = seconds();
    if (strncmp(self->what, what, sizeof(self->what) - 1) != 0 || done < self->first_done) {
        clear_line(self);
        snprintf(self->what, sizeof(self->what), "%s", what);
        self->first_done = done;
        self->started = now;
        self->drawn = 0.0;
    }
    done = total > 0 && done > total ? total : done;
    if (now - self->drawn >= SECONDS_BETWEEN_DRAWS || (total > 0 && done == total)) {
        draw(self, done, total, now);
    }
}

static void log_line(void *user, const char *message)
{
    struct rh_cli_progress *self = user;
    if (self->quiet) {
        return;
    }
    clear_line(self);
    fprintf(stderr, "%s\n", message);
}

void rh_cli_progress_init(struct rh_cli_progress *self, bool quiet)
{
    const char *terminal = getenv("TERM");
    *self = (struct rh_cli_progress){.quiet = quiet};
    self->bar = !quiet && isatty(STDERR_FILENO) && (terminal == NULL || strcmp(terminal, "dumb") != 0);
    self->progress = (struct rh_progress){.report = report, .log = log_line, .user = self, .stop = &interrupted};
    /* A handler that stays for one signal: the second one kills, whatever the work is stuck in. */
    struct sigaction action = {.sa_handler = interrupt};
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void rh_cli_progress_done(struct rh_cli_progress *self)
{
    clear_line(self);
    fflush(stderr);
}

int64_t rh_cli_whole_number(const struct argp_state *state, const char *option, const char *value, int64_t low,
                            int64_t high)
{
    int64_t number = 0;
    if (rh_decimal_parse(value, strlen(value), 0, '.', 0, &number) != RH_DECIMAL_OK || number < low || number > high) {
        argp_error(state, "--%s: found '%s', expected a whole number from %lld to %lld", option, value, (long long)low,
                   (long long)high);
    }
    return number;
}

void rh_cli_parse_one(const struct argp_state *state, const char *what, const char *value, const char **out)
{
    if (*out != NULL) {
        argp_error(state, "one %s at a time, '%s' is the second", what, value);
    }
    *out = value;
}

bool rh_cli_parse(const struct argp *argp, int argc, char **argv, void *input, int *exit_code)
{
    argp_err_exit_status = RH_EXIT_USAGE;
    int failure = argp_parse(argp, argc, argv, 0, NULL, input);
    if (failure == 0) {
        return true;
    }
    fprintf(stderr, "%s: %s\n", argv[0], strerror(failure));
    *exit_code = failure == ENOMEM ? RH_EXIT_FAILED : RH_EXIT_USAGE;
    return false;
}

int rh_cli_replace_path(char **to, const char *path, struct rh_error *error)
{
    char *copy = path != NULL ? rh_strdup(path) : NULL;
    if (path != NULL && copy == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the name of a file");
    }
    if (copy != NULL) {
        free(*to);
        *to = copy;
    }
    return RH_OK;
}

void rh_cli_temporary(char path[PATH_MAX])
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, PATH_MAX, "%s/rehearse-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
}

void rh_cli_parse_formats(const char *value, struct rh_cli_formats *formats, struct argp_state *state)
{
    const struct {
        const char *name;
        bool *asked;
    } known[] = {{"png", &formats->png}, {"svg", &formats->svg}, {"pdf", &formats->pdf}};
    bool any = false;
    *formats = (struct rh_cli_formats){0};
    for (const char *at = value; *at != '\0'; at += *at == ',' ? 1 : 0) {
        const size_t length = strcspn(at, ",");
        bool found = false;
        for (size_t k = 0; k < sizeof known / sizeof *known && !found; k++) {
            found = strlen(known[k].name) == length && strncmp(at, known[k].name, length) == 0;
            *known[k].asked = *known[k].asked || found;
        }
        if (!found) {
            argp_error(state, "--format: '%.*s' is none of png, svg and pdf", (int)length, at);
        }
        any = true;
        at += length;
    }
    if (!any) {
        argp_error(state, "--format: some of png, svg and pdf, as in --format png,svg");
    }
}
