/* Runs a study and compares what it finds with its part of the document and with the data of its pictures; with
 * REHEARSE_UPDATE set it writes them, and draws the pictures. Exit code 1 where a quantity leaves a
 * band, and where anything differs.
 *
 *   calibration STUDY DOCUMENT FOLDER */
#include "calibration/study.h"
#include "core/file.h"
#include "report/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 20)

static void run(const struct study *self, struct study_found *found)
{
    uniform_band_find(&found->band, self->num_worlds);
    for (int w = 0; w < self->num_worlds; w++) {
        double rank[STUDY_QUANTITIES];
        struct recovered recovered[STUDY_RECOVERED];
        self->find((unsigned)w + 1, rank, recovered);
        for (int k = 0; k < self->num; k++) {
            found->rank[k][w] = rank[k];
        }
        for (int k = 0; k < self->num_recovered; k++) {
            found->recovered[k][w] = recovered[k];
        }
    }
    for (int k = 0; k < self->num; k++) {
        uniform_find(&found->found[k], &found->band, found->rank[k]);
    }
}

/* How many quantities leave a band. */
static int judge(const struct study *self, const struct study_found *found)
{
    int outside = 0;
    for (int k = 0; k < self->num; k++) {
        const struct uniform_found *one = &found->found[k];
        const bool leaves = !one->inside || !one->bin_inside;
        printf("%-32s mean %.3f sd %.3f off %+.3f%s%s\n", self->quantity[k], one->mean, one->sd, one->distance,
               one->inside ? "" : ", leaves the band", one->bin_inside ? "" : ", a bin leaves its band");
        outside += leaves;
    }
    return outside;
}

static int write_file(const char *path, const char *bytes, size_t length)
{
    struct rh_output output;
    struct rh_error error = {0};
    int status = rh_output_open(&output, path, &error);
    if (status == RH_OK) {
        (void)fwrite(bytes, 1, length, output.stream); /* a short write stays in the stream's error flag */
        status = rh_output_commit(&output, &error);
    }
    rh_output_abort(&output);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    return status == RH_OK ? 0 : 1;
}

static char *read_file(const char *path)
{
    struct rh_error error = {0};
    char *bytes = NULL;
    size_t length;
    if (rh_file_read(path, FILE_MAX, &bytes, &length, &error) != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
        return NULL;
    }
    return bytes;
}

static int tell_difference(const char *path, const char *study)
{
    printf("%s is not what is found; REHEARSE_UPDATE=1 ./dev test -R calibration.%s writes it\n", path, study);
    return 1;
}

/* The study's part of the document stands between two comments. */
static int hold_table(const struct study *self, const char *path, const struct rh_text *table, bool update)
{
    char start[64], end[64], *bytes = read_file(path);
    int failed = 1;
    snprintf(start, sizeof start, "<!-- %s: written by tests/calibration -->\n", self->name);
    snprintf(end, sizeof end, "<!-- %s: end -->", self->name);
    char *from = bytes != NULL ? strstr(bytes, start) : NULL, *to = from != NULL ? strstr(from, end) : NULL;
    if (to == NULL) {
        fprintf(stderr, "%s: no '%.*s' … '%s'\n", path, (int)strlen(start) - 1, start, end);
    } else if (update) {
        struct rh_text whole = {0};
        rh_text_add(&whole, bytes, (size_t)(from - bytes) + strlen(start));
        rh_text_add(&whole, rh_text_string(table), table->length);
        rh_text_puts(&whole, to);
        failed = write_file(path, rh_text_string(&whole), whole.length);
        rh_text_free(&whole);
    } else {
        from += strlen(start);
        failed = (size_t)(to - from) == table->length && memcmp(from, rh_text_string(table), table->length) == 0
                     ? 0
                     : tell_difference(path, self->name);
    }
    free(bytes);
    return failed;
}

struct drawing {
    const struct study *study;
    const struct study_found *found;
};

static int draw(void *user, int k, struct rh_picture *picture, struct rh_error *error)
{
    const struct drawing *self = user;
    (void)error;
    study_picture(self->study, self->found, k, &picture->script, &picture->data);
    return RH_OK;
}

static int draw_pictures(const struct study *self, const struct study_found *found, const char *folder)
{
    struct drawing drawing = {self, found};
    const struct rh_gallery gallery = {STUDY_PICTURES, self->picture, draw, &drawing};
    const struct rh_plot_options options = {.folder = folder, .png = true, .gnuplot = "gnuplot"};
    struct rh_error error = {0};
    const int status = rh_gallery_write(&gallery, &options, NULL, &error);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    for (int k = 0; k < STUDY_PICTURES; k++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.gp", folder, self->picture(k));
        (void)remove(path); /* the documents keep data and picture */
    }
    return status == RH_OK ? 0 : 1;
}

static int compare_pictures(const struct study *self, const struct study_found *found, const char *folder)
{
    int failed = 0;
    for (int k = 0; k < STUDY_PICTURES; k++) {
        struct rh_text script = {0}, data = {0};
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.dat", folder, self->picture(k));
        study_picture(self, found, k, &script, &data);
        char *have = read_file(path);
        failed |= have == NULL || (strcmp(have, rh_text_string(&data)) != 0 && tell_difference(path, self->name));
        free(have);
        rh_text_free(&script);
        rh_text_free(&data);
    }
    return failed;
}

static const struct study *study_of(const char *name)
{
    static const struct study *const all[] = {&study_response, &study_baseline};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (strcmp(all[k]->name, name) == 0) {
            return all[k];
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct study_found found;
    struct rh_text table = {0};
    const bool update = getenv("REHEARSE_UPDATE") != NULL;
    const struct study *study = argc == 4 ? study_of(argv[1]) : NULL;
    if (study == NULL) {
        fprintf(stderr, "usage: calibration STUDY DOCUMENT FOLDER\n");
        return 2;
    }
    run(study, &found);
    int failed = judge(study, &found) > 0;
    study_table(study, &found, &table);
    failed |= hold_table(study, argv[2], &table, update);
    failed |= update ? draw_pictures(study, &found, argv[3]) : compare_pictures(study, &found, argv[3]);
    rh_text_free(&table);
    return failed;
}
