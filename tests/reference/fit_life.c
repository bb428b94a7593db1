/* The one thing that the reference takes from the library: where the search for the maximum of a likelihood stops.
 *
 * Reads from standard input how many weights a year has, these, and records of one class of partners, a line each:
 * months after the first purchase, in how many of them the partner bought, in which it last did. Prints alpha, beta,
 * gamma and delta. */
#include "core/error.h"
#include "model/life.h"

#include <stdio.h>

#define MAX_RECORDS 4096

int main(void)
{
    static struct rh_life_record records[MAX_RECORDS];
    struct rh_life_record record;
    struct rh_life life;
    struct rh_error error = {0};
    struct rh_life_year year;
    size_t num = 0;
    if (scanf("%d", &year.num) != 1 || year.num < 1 || year.num > 12) {
        return 1;
    }
    for (int k = 0; k < year.num; k++) {
        if (scanf("%lf", &year.weight[k]) != 1) {
            return 1;
        }
    }
    while (num < MAX_RECORDS && scanf("%d %d %d", &record.periods, &record.purchases, &record.last) == 3) {
        records[num++] = record;
    }
    rh_gsl_return_errors();
    if (rh_life_fit(&life, &year, records, num, &error) != RH_OK) {
        fprintf(stderr, "fit_life: %s\n", error.message);
        return 1;
    }
    printf("%.17g %.17g %.17g %.17g\n", life.alpha, life.beta, life.gamma, life.delta);
    return 0;
}
