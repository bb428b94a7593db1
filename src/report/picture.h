/* From a picture to its files: data and script first, so that they are there even where gnuplot is not. */
#ifndef RH_REPORT_PICTURE_H
#define RH_REPORT_PICTURE_H

#include "core/progress.h"
#include "core/text.h"
#include "report/theme.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_plot_options {
    const char *folder;  /* made where missing */
    bool png, svg, pdf;  /* which pictures */
    enum rh_theme theme; /* light where it is not set */
    const char *only;    /* names of pictures, "roi-cost,money", or NULL: all */
    const char *gnuplot; /* command, "gnuplot" */
};

/* One picture in the making. */
struct rh_picture {
    const char *name;            /* of its files, borrowed: NAME.gp, NAME.dat */
    struct rh_text script, data; /* of gnuplot */
    struct rh_text skipped;      /* why there is nothing to draw; empty where there is */
};

/* A list of pictures. */
struct rh_gallery {
    int num;
    const char *(*name)(int k); /* of the k-th picture's files, 0 ≤ k < num */
    /* Fills the k-th picture's script and data, or says in `skipped` why not. Texts that found no memory are told by
     * rh_gallery_write. */
    int (*draw)(void *user, int k, struct rh_picture *picture, struct rh_error *error);
    void *user;
};

/* The first name of a list, "a,b", that is no picture's; the whole list where it is empty; else NULL. *length of it. */
const char *rh_gallery_unknown(const struct rh_gallery *self, const char *list, size_t *length);

/* Writes NAME.gp, NAME.dat, NAME.png, NAME.svg, NAME.pdf for each picture. gnuplot missing or failing is RH_ERR_IO with
 * a message that names the package; scripts and data are still written. A picture that is skipped is told to the
 * progress and has no files; no file of an earlier run stands beside what is new. `only` that names no picture, or one
 * that there is not, is RH_ERR_ARGUMENT. */
int rh_gallery_write(const struct rh_gallery *self, const struct rh_plot_options *options,
                     const struct rh_progress *progress, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
