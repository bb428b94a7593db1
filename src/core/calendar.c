/* Conversions between days and dates count from 1 March, so that the leap day is the last of its year, within eras of
 * 400 years = 146097 days (Hinnant 2013, "chrono-compatible low-level date algorithms"). */
#include "core/calendar.h"

#include <assert.h>
#include <string.h>

#define MIN_YEAR 1
#define MAX_YEAR 9999
#define DAYS_PER_ERA 146097
#define EPOCH_DAY 719468 /* 1970-01-01 counted from 0000-03-01 */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month_of_year)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month_of_year - 1] + (month_of_year == 2 && is_leap(year));
}

bool rh_day_valid(int year, int month_of_year, int day_of_month)
{
    return year >= MIN_YEAR && year <= MAX_YEAR && month_of_year >= 1 && month_of_year <= 12 && day_of_month >= 1 &&
           day_of_month <= days_in_month(year, month_of_year);
}

rh_day rh_day_make(int year, int month_of_year, int day_of_month)
{
    assert(rh_day_valid(year, month_of_year, day_of_month));
    int march_year = year - (month_of_year <= 2);
    int era = march_year / 400;
    int year_of_era = march_year - era * 400;
    int day_of_year = (153 * (month_of_year > 2 ? month_of_year - 3 : month_of_year + 9) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_DAY;
}

void rh_day_split(rh_day day, int *year, int *month_of_year, int *day_of_month)
{
    assert(day >= -719162 && day <= 2932896); /* 0001-01-01 to 9999-12-31 */
    int from_march = day + EPOCH_DAY;
    int era = from_march / DAYS_PER_ERA;
    int day_of_era = from_march - era * DAYS_PER_ERA;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month_of_year = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month_of_year <= 2);
}

rh_month rh_day_month(rh_day day)
{
    int year, month_of_year, day_of_month;
    rh_day_split(day, &year, &month_of_year, &day_of_month);
    return rh_month_make(year, month_of_year);
}

rh_day rh_day_add_months(rh_day day, int months)
{
    int year, month_of_year, day_of_month;
    rh_day_split(day, &year, &month_of_year, &day_of_month);
    assert(months > -MAX_YEAR * 12 && months < MAX_YEAR * 12);
    rh_month month = rh_month_make(year, month_of_year) + months;
    int num_days = rh_month_num_days(month);
    return rh_month_first_day(month) + (day_of_month < num_days ? day_of_month : num_days) - 1;
}

rh_month rh_month_make(int year, int month_of_year)
{
    assert(year >= MIN_YEAR && year <= MAX_YEAR && month_of_year >= 1 && month_of_year <= 12);
    return year * 12 + month_of_year - 1;
}

int rh_month_year(rh_month month)
{
    assert(month >= MIN_YEAR * 12 && month < (MAX_YEAR + 1) * 12);
    return month / 12;
}

int rh_month_of_year(rh_month month)
{
    assert(month >= MIN_YEAR * 12 && month < (MAX_YEAR + 1) * 12);
    return month % 12 + 1;
}

rh_day rh_month_first_day(rh_month month)
{
    return rh_day_make(rh_month_year(month), rh_month_of_year(month), 1);
}

rh_day rh_month_last_day(rh_month month)
{
    return rh_month_first_day(month) + rh_month_num_days(month) - 1;
}

int rh_month_num_days(rh_month month)
{
    return days_in_month(rh_month_year(month), rh_month_of_year(month));
}

/* Text that is being read: [at, end). */
struct cursor {
    const char *at, *end;
};

/* Reads at least `fewest` and at most `most` digits; -1 where there are fewer. Not the C library's isdigit and strtol:
 * those follow the locale, and skip spaces and signs. */
static int read_digits(struct cursor *self, int fewest, int most)
{
    int value = 0, num = 0;
    while (num < most && self->at < self->end && *self->at >= '0' && *self->at <= '9') {
        value = value * 10 + (*self->at++ - '0');
        num++;
    }
    return num >= fewest ? value : -1;
}

static bool read_literal(struct cursor *self, char expected)
{
    if (self->at == self->end || *self->at != expected)
        return false;
    self->at++;
    return true;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool read_word(struct cursor *self, const char *word, size_t length)
{
    if ((size_t)(self->end - self->at) < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(self->at[i]) != word[i])
            return false;
    }
    self->at += length;
    return true;
}

/* Month of the year by its English name or the first three letters of it; -1 where there is none. */
static int read_month_name(struct cursor *self)
{
    static const char *const names[12] = {"january", "february", "march",     "april",   "may",      "june",
                                          "july",    "august",   "september", "october", "november", "december"};
    for (int i = 0; i < 12; i++) {
        if (read_word(self, names[i], strlen(names[i])) || read_word(self, names[i], 3))
            return i + 1;
    }
    return -1;
}

bool rh_day_parse(const char *text, size_t length, rh_day *out)
{
    struct cursor cursor = {text, text + length};
    int year = read_digits(&cursor, 4, 4);
    if (year < 0 || !read_literal(&cursor, '-'))
        return false;
    int month_of_year = read_digits(&cursor, 2, 2);
    if (month_of_year < 0 || !read_literal(&cursor, '-'))
        return false;
    int day_of_month = read_digits(&cursor, 2, 2);
    if (cursor.at != cursor.end || !rh_day_valid(year, month_of_year, day_of_month))
        return false;
    *out = rh_day_make(year, month_of_year, day_of_month);
    return true;
}

bool rh_month_parse(const char *text, size_t length, rh_month *out)
{
    struct cursor cursor = {text, text + length};
    int year = read_digits(&cursor, 4, 4);
    if (year < 0 || !read_literal(&cursor, '-'))
        return false;
    int month_of_year = read_digits(&cursor, 2, 2);
    if (cursor.at != cursor.end || !rh_day_valid(year, month_of_year, 1))
        return false;
    *out = rh_month_make(year, month_of_year);
    return true;
}

struct date {
    int year, month_of_year, day_of_month;
};

static bool read_within(struct cursor *self, int most_digits, int greatest)
{
    int value = read_digits(self, 1, most_digits);
    return value >= 0 && value <= greatest;
}

static bool read_directive(struct cursor *self, char directive, struct date *date)
{
    switch (directive) {
    case 'Y':
        date->year = read_digits(self, 4, 4);
        return date->year >= 0;
    case 'y': {
        int year = read_digits(self, 2, 2);
        date->year = year >= 69 ? 1900 + year : 2000 + year; /* as POSIX strptime */
        return year >= 0;
    }
    case 'm':
        date->month_of_year = read_digits(self, 1, 2);
        return date->month_of_year >= 0;
    case 'b':
        date->month_of_year = read_month_name(self);
        return date->month_of_year >= 0;
    case 'd':
        date->day_of_month = read_digits(self, 1, 2);
        return date->day_of_month >= 0;
    case 'H':
        return read_within(self, 2, 23);
    case 'M':
        return read_within(self, 2, 59);
    case 'S':
        return read_within(self, 2, 60); /* a leap second */
    case 'f':
        return read_within(self, 9, 999999999);
    case '%':
        return read_literal(self, '%');
    default:
        return false;
    }
}

bool rh_day_parse_format(const char *text, size_t length, const char *format, rh_day *out)
{
    struct cursor cursor = {text, text + length};
    struct date date = {.year = -1, .month_of_year = -1, .day_of_month = 1};
    for (; *format != '\0'; format++) {
        if (*format == '%') {
            format++;
            if (*format == '\0' || !read_directive(&cursor, *format, &date))
                return false;
        } else if (!read_literal(&cursor, *format)) {
            return false;
        }
    }
    if (cursor.at != cursor.end || !rh_day_valid(date.year, date.month_of_year, date.day_of_month))
        return false;
    *out = rh_day_make(date.year, date.month_of_year, date.day_of_month);
    return true;
}

/* Writes value with exactly num_digits digits and returns the place after them. */
static char *write_digits(char *out, int value, int num_digits)
{
    for (int i = num_digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + num_digits;
}

char *rh_day_format(rh_day day, char out[RH_DAY_TEXT])
{
    out[0] = '\0';
    if (day == RH_NO_DAY)
        return out;
    int year, month_of_year, day_of_month;
    rh_day_split(day, &year, &month_of_year, &day_of_month);
    char *end = rh_month_format(rh_month_make(year, month_of_year), out) + 7;
    *end++ = '-';
    *write_digits(end, day_of_month, 2) = '\0';
    return out;
}

char *rh_month_format(rh_month month, char out[RH_DAY_TEXT])
{
    out[0] = '\0';
    if (month == RH_NO_MONTH)
        return out;
    char *end = write_digits(out, rh_month_year(month), 4);
    *end++ = '-';
    *write_digits(end, rh_month_of_year(month), 2) = '\0';
    return out;
}

void rh_window_around(enum rh_window_kind kind, int year_starts, rh_month month, rh_month *first, rh_month *last)
{
    assert(kind != RH_WINDOW_PROGRAM && year_starts >= 1 && year_starts <= 12);
    int num_months = rh_window_months(kind);
    int month_of_fiscal_year = (rh_month_of_year(month) - year_starts + 12) % 12;
    *first = month - month_of_fiscal_year % num_months;
    *last = *first + num_months - 1;
}

int rh_window_months(enum rh_window_kind kind)
{
    static const int months[] = {[RH_WINDOW_MONTH] = 1,
                                 [RH_WINDOW_QUARTER] = 3,
                                 [RH_WINDOW_HALF] = 6,
                                 [RH_WINDOW_YEAR] = 12,
                                 [RH_WINDOW_PROGRAM] = 0};
    return months[kind];
}

const char *rh_window_name(enum rh_window_kind kind)
{
    static const char *const names[] = {[RH_WINDOW_MONTH] = "month",
                                        [RH_WINDOW_QUARTER] = "quarter",
                                        [RH_WINDOW_HALF] = "half",
                                        [RH_WINDOW_YEAR] = "year",
                                        [RH_WINDOW_PROGRAM] = "program"};
    return names[kind];
}
