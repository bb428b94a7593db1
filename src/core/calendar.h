/* Days, months and the windows of a fiscal year, in the proleptic Gregorian calendar.
 *
 * A day is a count since 1970-01-01; a month is year * 12 + (month of the year - 1), so that months subtract. */
#ifndef RH_CORE_CALENDAR_H
#define RH_CORE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t rh_day;
typedef int32_t rh_month;

#define RH_NO_DAY INT32_MIN   /* a date that is missing */
#define RH_NO_MONTH INT32_MIN /* a month that is missing */

/* Windows of an incentive. A `program` window is all of the months the incentive is active. */
enum rh_window_kind { RH_WINDOW_MONTH, RH_WINDOW_QUARTER, RH_WINDOW_HALF, RH_WINDOW_YEAR, RH_WINDOW_PROGRAM };

/* Years 1 to 9999; asserts on an impossible date (check with rh_day_valid). */
rh_day rh_day_make(int year, int month_of_year, int day_of_month);
bool rh_day_valid(int year, int month_of_year, int day_of_month);
void rh_day_split(rh_day day, int *year, int *month_of_year, int *day_of_month);
rh_month rh_day_month(rh_day day);
/* The same day of the month `months` later, clamped to that month's end. */
rh_day rh_day_add_months(rh_day day, int months);

rh_month rh_month_make(int year, int month_of_year);
int rh_month_year(rh_month month);
int rh_month_of_year(rh_month month); /* 1-12 */
rh_day rh_month_first_day(rh_month month);
rh_day rh_month_last_day(rh_month month);
int rh_month_num_days(rh_month month);

/* "2014-03-31", "2014-03": true and *out where the whole text (length bytes) is one, else false. */
bool rh_day_parse(const char *text, size_t length, rh_day *out);
bool rh_month_parse(const char *text, size_t length, rh_month *out);
/* Parses by a format of %Y %y %m %d %b (English month names) %H %M %S %f and literals, e.g. "%d.%m.%Y"; times are read
 * and dropped. %Y has four digits, %y two (69-99 are of the 1900s), %m %d %H %M %S one or two, %f up to nine; %b takes
 * a name or its first three letters in either case. A format without %d gives the first day of the month. False where
 * the text does not fit or the date does not exist. */
bool rh_day_parse_format(const char *text, size_t length, const char *format, rh_day *out);

#define RH_DAY_TEXT 16 /* room for a formatted day or month with its NUL */
/* Writes ISO 8601 into out and returns it; RH_NO_DAY and RH_NO_MONTH give "". */
char *rh_day_format(rh_day day, char out[RH_DAY_TEXT]);
char *rh_month_format(rh_month month, char out[RH_DAY_TEXT]);

/* First and last month of the window of that kind which holds `month`, in a fiscal year whose first month is
 * year_starts (1-12). Not for RH_WINDOW_PROGRAM (asserts). */
void rh_window_around(enum rh_window_kind kind, int year_starts, rh_month month, rh_month *first, rh_month *last);
/* Months of a window: 1, 3, 6, 12; 0 for RH_WINDOW_PROGRAM. */
int rh_window_months(enum rh_window_kind kind);
/* "month", "quarter", "half", "year", "program". */
const char *rh_window_name(enum rh_window_kind kind);

#ifdef __cplusplus
}
#endif

#endif
