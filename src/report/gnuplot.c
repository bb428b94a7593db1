/* Scripts are written for people: plain commands, one block per part of the picture, no macros. Text that comes from
 * users is single-quoted: gnuplot expands `…` and @… in double quotes, which would run a program's name as a command.
 */
#include "report/gnuplot.h"

#include "report/figure.h"
#include "report/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PDF_PIXELS 120.0 /* an inch: a page of 1200 is as wide as A4 or letter, turned */

extern char **environ;

static void add_quoted(struct rh_text *script, const char *text, bool drawn)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'') {
            rh_text_puts(script, "''");
        } else if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            rh_text_puts(script, " ");
        } else {
            rh_text_puts(script, drawn && strchr("^_@&~{}\\", *at) != NULL ? "\\" : "");
            rh_text_add(script, at, 1);
        }
    }
}

void rh_gnuplot_string(struct rh_text *script, const char *text)
{
    rh_text_puts(script, "'");
    add_quoted(script, text, false);
    rh_text_puts(script, "'");
}

void rh_gnuplot_label(struct rh_text *script, const char *text)
{
    rh_text_puts(script, "'");
    add_quoted(script, text, true);
    rh_text_puts(script, "'");
}

void rh_gnuplot_bold(struct rh_text *script, const char *text)
{
    rh_text_puts(script, "'{/:Bold ");
    add_quoted(script, text, true);
    rh_text_puts(script, "}'");
}

void rh_gnuplot_again(struct rh_text *script, struct rh_text *text)
{
    script->failed = script->failed || text->failed;
    rh_text_clear(text);
}

struct rh_axis rh_axis_make(double low, double high, int target)
{
    if (!isfinite(low) || !isfinite(high)) {
        low = 0.0;
        high = 1.0;
    }
    if (!(high - low > 1e-9 * fmax(fabs(low), fabs(high)))) {
        double room = low != 0.0 ? 0.1 * fabs(low) : 1.0;
        low -= room;
        high += room;
    }
    double raw = (high - low) / target;
    double power = pow(10.0, floor(log10(raw)));
    double step = raw / power <= 1.0   ? power
                  : raw / power <= 2.0 ? 2.0 * power
                  : raw / power <= 5.0 ? 5.0 * power
                                       : 10.0 * power;
    struct rh_axis axis = {
        .low = floor(low / step + 1e-9) * step, .high = ceil(high / step - 1e-9) * step, .step = step};
    return axis;
}

void rh_gnuplot_tics(struct rh_text *script, const char *axis, const struct rh_axis *scale, bool labels)
{
    static const struct {
        double size;
        const char *letter;
    } units[] = {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}, {1.0, ""}};
    double unit = 1.0;
    const char *letter = "";
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (fmax(fabs(scale->low), fabs(scale->high)) >= units[i].size) {
            unit = units[i].size;
            letter = units[i].letter;
            break;
        }
    }
    int decimals = (int)fmax(0.0, -floor(log10(scale->step / unit) + 1e-9));
    rh_text_printf(script, "    set %stics (", axis);
    bool first = true;
    long from = lround(ceil(scale->low / scale->step - 1e-9)), to = lround(floor(scale->high / scale->step + 1e-9));
    for (long k = from; k <= to; k++) {
        rh_text_puts(script, first ? "" : ", ");
        if (!labels) {
            rh_text_puts(script, "''");
        } else if (k == 0) {
            rh_text_puts(script, "'0'");
        } else {
            rh_text_printf(script, "'%s%.*f%s'", k < 0 ? "−" : "", decimals, (double)labs(k) * scale->step / unit,
                           letter);
        }
        rh_text_printf(script, " %.10g", (double)k * scale->step);
        first = false;
    }
    rh_text_puts(script, ") textcolor rgb '#333333'\n");
}

/* Blue, orange, green, vermilion, sky blue, purple, black; yellow is left out, it is not seen on white. */
static const unsigned palette[RH_NUM_COLORS] = {0x0072B2, 0xE69F00, 0x009E73, 0xD55E00,
                                                0x56B4E9, 0xCC79A7, 0x000000, 0x8C8C8C};

static int within(int k)
{
    return k < RH_NUM_COLORS ? k : RH_NUM_COLORS - 1;
}

const char *rh_gnuplot_color(int k)
{
    static const char *const names[RH_NUM_COLORS] = {"0072B2", "E69F00", "009E73", "D55E00",
                                                     "56B4E9", "CC79A7", "000000", "8C8C8C"};
    return names[within(k)];
}

char *rh_gnuplot_tint(int k, double share, char out[7])
{
    unsigned color = palette[within(k)];
    unsigned mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
        double part = (double)(color >> shift & 0xFFu);
        mixed |= (unsigned)lround(255.0 + share * (part - 255.0)) << shift;
    }
    snprintf(out, 7, "%06X", mixed);
    return out;
}

const char *rh_gnuplot_dash(int k)
{
    static const char *const dashes[RH_NUM_COLORS] = {"solid", "'--'", "'-.'", "'_'", "'.'", "'_.'", "solid", "'-'"};
    return dashes[k % RH_NUM_COLORS];
}

int rh_gnuplot_point(int k)
{
    static const int points[RH_NUM_COLORS] = {7, 5, 9, 13, 11, 15, 7, 5}; /* filled shapes */
    return points[k % RH_NUM_COLORS];
}

void rh_gnuplot_begin(struct rh_text *script, const char *name, const char *comment,
                      const struct rh_plot_options *options, int width, int height)
{
    rh_text_printf(
        script, "# %s\n# Data: %s.dat. To draw it again, change what you like and run in this folder: gnuplot %s.gp\n",
        comment, name, name);
    rh_text_printf(script, "do for [picture in '%s%s%s'] {\n", options->png ? " png" : "", options->svg ? " svg" : "",
                   options->pdf ? " pdf" : "");
    rh_text_printf(script,
                   "    reset\n"
                   "    # The terminals count points and lines in units of their own: the same look in all of them.\n"
                   "    if (picture eq 'png') {\n"
                   "        set terminal pngcairo size %d,%d font 'DejaVu Sans,13' enhanced background rgb 'white'\n"
                   "        size = 1.0; title_font = 'DejaVu Sans,17'; lift = 0\n"
                   "    }\n"
                   "    if (picture eq 'svg') {\n"
                   "        set terminal svg size %d,%d font 'DejaVu Sans,17' enhanced background rgb 'white'\n"
                   "        size = 0.45; title_font = 'DejaVu Sans,22'; lift = 0.5\n"
                   "    }\n"
                   "    if (picture eq 'pdf') {\n"
                   "        set terminal pdfcairo size %.3fin,%.3fin font 'DejaVu Sans,7.8' fontscale 1 linewidth 1.5 "
                   "enhanced background rgb 'white'\n"
                   "        size = 0.6; title_font = 'DejaVu Sans,10.2'; lift = 0\n"
                   "    }\n"
                   "    set output '%s.'.picture\n"
                   "    set encoding utf8\n",
                   width, height, width, height, width / PDF_PIXELS, height / PDF_PIXELS, name);
}

void rh_gnuplot_end(struct rh_text *script)
{
    rh_text_puts(script, "    unset multiplot\n"
                         "    unset output\n"
                         "}\n");
}

void rh_gnuplot_title(struct rh_text *script, int height, const char *title, const char *const *lines, int num)
{
    rh_text_puts(script, "    set label 1 ");
    rh_gnuplot_bold(script, title);
    rh_text_printf(script, " at screen 0.02,%.4f left font title_font textcolor rgb 'black'\n", 1.0 - 32.0 / height);
    for (int i = 0; i < num; i++) {
        rh_text_printf(script, "    set label %d ", i + 2);
        rh_gnuplot_label(script, lines[i]);
        rh_text_printf(script, " at screen 0.02,%.4f left textcolor rgb '#444444'\n", 1.0 - (62.0 + 25.0 * i) / height);
    }
}

void rh_gnuplot_title_done(struct rh_text *script, int num)
{
    for (int i = 0; i <= num; i++) {
        rh_text_printf(script, "    unset label %d\n", i + 1);
    }
}

void rh_gnuplot_frame(struct rh_text *script, const struct rh_frame *frame, double width, double height)
{
    rh_text_printf(script,
                   "    set lmargin at screen %.4f\n    set rmargin at screen %.4f\n"
                   "    set tmargin at screen %.4f\n    set bmargin at screen %.4f\n",
                   frame->left / width, frame->right / width, 1.0 - frame->top / height, 1.0 - frame->bottom / height);
}

double rh_gnuplot_key(struct rh_text *script, const char *text, const char *color, int point, double x, double y,
                      double width, double height)
{
    rh_text_puts(script, "    set label ");
    rh_gnuplot_label(script, text);
    rh_text_printf(script,
                   " at screen %.4f,%.4f left offset 1.2,0 point pt %d ps 1.9*size lc rgb '#%s' "
                   "textcolor rgb '#333333'\n",
                   x / width, 1.0 - y / height, point, color);
    return x + 46.0 + 9.6 * (double)rh_figure_width(text);
}

/* Reads what the child says until it closes its end; keeps the beginning. */
static void listen(int descriptor, char *said, size_t size)
{
    size_t length = 0;
    for (;;) {
        char bytes[512];
        ssize_t num = read(descriptor, bytes, sizeof(bytes));
        if (num < 0 && errno == EINTR) {
            continue;
        }
        if (num <= 0) {
            break;
        }
        size_t room = size - 1 - length;
        size_t taken = (size_t)num < room ? (size_t)num : room;
        memcpy(said + length, bytes, taken);
        length += taken;
    }
    while (length > 0 && (said[length - 1] == '\n' || said[length - 1] == ' ')) {
        length--;
    }
    said[length] = '\0';
}

static int spawn(const char *command, char *const *arguments, int out, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) {
        return failure;
    }
    failure = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failure == 0) {
        failure = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (failure == 0) {
        failure = posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    }
    if (failure == 0) {
        failure = posix_spawnp(child, command, &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static int finish(pid_t child, const char *script, const char *said, struct rh_error *error)
{
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return rh_error_set(error, RH_ERR_IO, "gnuplot was lost: %s", strerror(errno));
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return RH_OK;
    }
    if (WIFSIGNALED(status)) {
        return rh_error_set_at(error, RH_ERR_IO, script, 0, 0, "gnuplot was ended by signal %d", WTERMSIG(status));
    }
    return rh_error_set_at(error, RH_ERR_IO, script, 0, 0, "gnuplot failed: %s",
                           said[0] != '\0' ? said : "it did not say why");
}

int rh_gnuplot_run(const char *command, const char *folder, const char *script, bool *missing, struct rh_error *error)
{
    *missing = false;
    struct rh_text change;
    rh_text_init(&change);
    rh_text_puts(&change, "cd ");
    rh_gnuplot_string(&change, folder);
    char *name = strdup(command), *file = strdup(script);
    char settings[] = "--default-settings", execute[] = "-e";
    int ends[2] = {-1, -1};
    int code = RH_OK;
    if (change.failed || name == NULL || file == NULL) {
        code = rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
        goto out;
    }
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) != 0) {
        code = rh_error_set(error, RH_ERR_IO, "no pipe to gnuplot: %s", strerror(errno));
        goto out;
    }
    char *const arguments[] = {name, settings, execute, change.bytes, file, NULL};
    pid_t child;
    int failure = spawn(command, arguments, ends[1], &child);
    close(ends[1]);
    ends[1] = -1;
    if (failure != 0) {
        *missing = failure == ENOENT;
        code = *missing ? rh_error_set(error, RH_ERR_IO,
                                       "'%s' is not installed: get the Debian package gnuplot-nox (apt install "
                                       "gnuplot-nox), then run the scripts in %s",
                                       command, folder)
                        : rh_error_set(error, RH_ERR_IO, "'%s' cannot be started: %s", command, strerror(failure));
        goto out;
    }
    char said[700];
    listen(ends[0], said, sizeof(said));
    code = finish(child, script, said, error);
out:
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            close(ends[i]);
        }
    }
    free(name);
    free(file);
    rh_text_free(&change);
    return code;
}
