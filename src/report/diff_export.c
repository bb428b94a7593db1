/* CSV: what differs, one thing a line, then every figure. Names are a promise to scripts. */
#include "report/diff.h"

#include "report/lines.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A line without figures. Texts that are NULL are empty. */
struct row {
    const char *part, *scenario, *name, *unit, *value[2], *from[2];
};

static void text_cell(struct rh_text *out, const char *text)
{
    rh_text_puts(out, ",");
    rh_text_csv(out, text != NULL ? text : "");
}

static void put_row(const struct row *row, struct rh_text *out)
{
    rh_text_puts(out, row->part);
    text_cell(out, row->scenario);
    text_cell(out, row->name);
    text_cell(out, row->unit);
    text_cell(out, row->value[0]);
    text_cell(out, row->value[1]);
    rh_text_puts(out, ",,,");
    text_cell(out, row->from[0]);
    text_cell(out, row->from[1]);
    rh_text_puts(out, "\n");
}

/* Missing is empty; a change that no replication doubts is "inf" standard errors. */
static void number_cell(struct rh_text *out, double value)
{
    rh_text_puts(out, ",");
    if (!isnan(value)) {
        rh_text_printf(out, "%.17g", value);
    }
}

static int put_lines(const struct rh_diff *self, const struct rh_diff_match *input, struct rh_text *out,
                     struct rh_error *error)
{
    struct rh_line_change *line;
    struct rh_text text;
    size_t num;
    const int status = rh_lines_compare(self->origin[0].input_text[input->at[0]],
                                        self->origin[1].input_text[input->at[1]], &line, &num, error);
    rh_text_init(&text);
    for (size_t k = 0; status == RH_OK && k < num; k++) {
        const int side = line[k].side;
        char number[32];
        struct row row = {.part = "line", .name = self->results[side]->input_path[input->at[side]]};
        snprintf(number, sizeof number, "%zu", line[k].number);
        rh_text_clear(&text);
        rh_text_add(&text, line[k].text, line[k].length);
        row.value[side] = rh_text_string(&text);
        row.from[side] = number;
        put_row(&row, out);
    }
    out->failed = out->failed || text.failed;
    rh_text_free(&text);
    free(line);
    return status;
}

static int put_inputs(const struct rh_diff *self, struct rh_text *out, struct rh_error *error)
{
    int status = RH_OK;
    for (int k = 0; status == RH_OK && k < self->num_inputs; k++) {
        const struct rh_diff_match *input = &self->input[k];
        struct row row = {.part = "input"};
        if (rh_diff_input_same(self, input)) {
            continue;
        }
        for (int side = 0; side < 2; side++) {
            const struct rh_results *results = self->results[side];
            const int at = input->at[side];
            row.name = at >= 0 ? results->input_role[at] : row.name;
            row.value[side] = at >= 0 ? results->input_sha256[at] : NULL;
            row.from[side] = at >= 0 ? results->input_path[at] : NULL;
        }
        put_row(&row, out);
        status = input->at[0] >= 0 && input->at[1] >= 0 ? put_lines(self, input, out, error) : RH_OK;
    }
    return status;
}

static void put_assumptions(const struct rh_diff *self, struct rh_text *out)
{
    for (int k = 0; k < self->num_assumptions; k++) {
        const struct rh_diff_match *assumption = &self->assumption[k];
        struct row row = {.part = "assumption"};
        for (int side = 0; side < 2; side++) {
            const struct rh_results_parameters *parameters = &self->parameters[side];
            const int at = assumption->at[side];
            row.name = at >= 0 ? parameters->name[at] : row.name;
            row.unit = at >= 0 ? parameters->unit[at] : row.unit;
            row.value[side] = at >= 0 ? parameters->distribution[at] : NULL;
            row.from[side] = at >= 0 ? parameters->origin[at] : NULL;
        }
        if (!rh_diff_value_same(self, assumption) || !rh_diff_origin_same(self, assumption)) {
            put_row(&row, out);
        }
    }
}

static void put_programs(const struct rh_diff *self, struct rh_text *out)
{
    for (int k = 0; k < self->num_programs; k++) {
        const int *at = self->program[k].at;
        if (at[0] < 0 || at[1] < 0) {
            const int side = at[0] < 0;
            put_row(&(struct row){.part = "program",
                                  .scenario = self->results[side]->scenario[at[side]],
                                  .value = {at[0] < 0 ? "" : "there", at[1] < 0 ? "" : "there"}},
                    out);
        }
    }
}

static void put_shift(const struct rh_diff *self, const struct rh_diff_figure *figure, const char *part,
                      const struct rh_shift *shift, struct rh_text *out)
{
    const struct rh_results *results = self->results[0];
    const struct rh_kpi_info *info = &rh_kpi_table[figure->kpi];
    rh_text_puts(out, part);
    text_cell(out, results->scenario[figure->program.at[0]]);
    text_cell(out, info->name);
    text_cell(out, info->unit == RH_UNIT_MONEY && results->currency[0] != '\0' ? results->currency
                                                                               : rh_unit_text(info->unit));
    number_cell(out, shift->before);
    number_cell(out, shift->after);
    number_cell(out, shift->change);
    number_cell(out, shift->se);
    number_cell(out, shift->z);
    rh_text_puts(out, ",,\n");
}

int rh_diff_csv(const struct rh_diff *self, struct rh_text *out, struct rh_error *error)
{
    rh_text_puts(out, "part,scenario,name,unit,before,after,change,se,z,from_before,from_after\n");
    for (int k = 0; k < self->num_settings; k++) {
        const struct rh_diff_setting *setting = &self->setting[k];
        put_row(&(struct row){.part = "setting",
                              .name = setting->name,
                              .value = {rh_text_string(&setting->value[0]), rh_text_string(&setting->value[1])}},
                out);
    }
    const int status = put_inputs(self, out, error);
    put_assumptions(self, out);
    put_programs(self, out);
    for (int k = 0; k < self->num_figures; k++) {
        put_shift(self, &self->figure[k], "mean", &self->figure[k].mean, out);
        put_shift(self, &self->figure[k], "median", &self->figure[k].median, out);
    }
    return status;
}
