/* Figures and names as tables and pictures show them. */
#ifndef RH_REPORT_FIGURE_H
#define RH_REPORT_FIGURE_H

#include "core/text.h"
#include "stats/kpi.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends value with `digits` (1-6) significant digits and k, M, B or T: 1.23M, 0 for zero; "–" for what is not a
 * number. Below a thousand no digit of the integral part is dropped. */
void rh_figure_short(struct rh_text *out, double value, int digits);
/* Appends a value of a KPI with three significant digits: shares and the cost-to-incentive ratio as percentages, other
 * ratios with two decimals. */
void rh_figure_kpi(struct rh_text *out, enum rh_kpi kpi, double value);
/* Appends "low…high" in the same way; nothing where both look the same or are missing. */
void rh_figure_range(struct rh_text *out, enum rh_kpi kpi, double low, double high);
/* Appends "2.280±0.005M": as many decimals (at most three) as the standard error has to say. */
void rh_figure_mean(struct rh_text *out, enum rh_kpi kpi, double mean, double standard_error);
/* Appends a probability as a percentage: "97%", "99.4%" near the ends, ">99.9%" and "<0.1%" at them. */
void rh_figure_probability(struct rh_text *out, double probability);

/* Appends a share as a whole percentage: "23%", never "-0%". */
void rh_figure_share(struct rh_text *out, double share);

/* Columns that valid UTF-8 takes on a terminal: wide East Asian characters two, combining marks none. */
size_t rh_figure_width(const char *text);
/* Appends text in exactly `width` columns (at least 1): cut with "…" where it is longer, else filled with spaces,
 * which come first where `right`. Control characters become spaces. */
void rh_figure_pad(struct rh_text *out, const char *text, size_t width, bool right);
/* The same without filling: at most `width` columns. */
void rh_figure_cut(struct rh_text *out, const char *text, size_t width);

#ifdef __cplusplus
}
#endif

#endif
