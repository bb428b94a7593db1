/* Who takes part: lists of names, joined by and, with exceptions. */
#include "program/parse.h"

static void free_keys(struct rh_audience_keys *self)
{
    rh_reference_list_free(&self->segment);
    rh_reference_list_free(&self->region);
    rh_reference_list_free(&self->tier);
    rh_reference_list_free(&self->partner);
    rh_reference_list_free(&self->parent);
}

void rh_audience_free(struct rh_audience *self)
{
    free_keys(&self->only);
    free_keys(&self->except);
}

static void parse_tenure(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_audience_keys *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_TENURE))
        return;
    const struct rh_yaml_node *least = rh_yaml_find(node, "at_least"), *most = rh_yaml_find(node, "at_most");
    if (least != NULL)
        out->has_tenure_at_least = rh_parse_duration(self, least, "'at_least' of tenure", &out->tenure_at_least);
    if (most != NULL)
        out->has_tenure_at_most = rh_parse_duration(self, most, "'at_most' of tenure", &out->tenure_at_most);
    if (node->num == 0)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "tenure is empty; expected at_least or at_most");
    if (!out->has_tenure_at_least || !out->has_tenure_at_most)
        return;
    /* A month has 28 to 31 days, so that days and months compare only where they differ by more than that leaves open.
     */
    const struct rh_duration *a = &out->tenure_at_least, *b = &out->tenure_at_most;
    if (a->months * 28 + a->days > b->months * 31 + b->days || (b->days == 0 && a->days == 0 && a->months > b->months))
        rh_yaml_problem(self->yaml, most, self->problems, RH_ERR_INPUT,
                        "'at_most' of tenure is less than its 'at_least': no partner could be in it");
}

static void parse_keys(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_audience_keys *out)
{
    const struct {
        const char *key, *what;
        struct rh_reference_list *list;
    } lists[] = {
        {"segment", "'segment' of the audience", &out->segment},
        {"region", "'region' of the audience", &out->region},
        {"tier", "'tier' of the audience", &out->tier},
        {"partner", "'partner' of the audience", &out->partner},
        {"parent", "'parent' of the audience", &out->parent},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct rh_yaml_node *list = rh_yaml_find(node, lists[i].key);
        if (list != NULL)
            (void)rh_parse_names(self, list, lists[i].what, lists[i].list);
    }
    const struct rh_yaml_node *tenure = rh_yaml_find(node, "tenure");
    if (tenure != NULL)
        parse_tenure(self, tenure, out);
}

void rh_parse_audience(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_audience *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_AUDIENCE))
        return;
    parse_keys(self, node, &out->only);
    const struct rh_yaml_node *except = rh_yaml_find(node, "except");
    if (except == NULL || !rh_parse_keys(self, except, RH_SECTION_EXCEPT))
        return;
    out->has_except = true;
    parse_keys(self, except, &out->except);
    if (except->num == 0)
        rh_yaml_problem(self->yaml, except, self->problems, RH_ERR_INPUT,
                        "except is empty, which would leave everyone out; expected keys such as 'region'");
}
