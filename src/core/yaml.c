/* libfyaml's events, made into a tree. Its own tree (fy_document) is not used: it forgets where empty values stand,
 * resolves what is refused here, and tells of its errors one at a time and in its own layout. */
#include "core/yaml.h"

#include "core/file.h"
#include "core/memory.h"
#include "core/yaml_text.h"

#include <libfyaml.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 64                 /* levels of nesting */
#define LONGEST_TEXT (1024 * 1024) /* bytes of a line, a key or a value */
#define MOST_NODES 250000          /* values; each takes a hundred bytes and more, and may be two in the file */
#define LONGEST_LINE 4096          /* bytes of a line that is shown; longer ones are not text for people */

/* A collection that is being filled. */
struct frame {
    struct rh_yaml_node *node;
    size_t item_capacity, key_capacity;
    struct rh_yaml_node *key; /* mapping: the key whose value comes next; owned until then */
    bool flow;                /* written in brackets or braces */
};

struct builder {
    struct rh_yaml *yaml;
    struct rh_problems *problems;
    struct frame frame[DEEPEST];
    int depth;
    int num_documents;
    long num_nodes;
    char message[256]; /* what libfyaml says without a place */
};

/* What the next event makes of the reading. */
enum progress { GO_ON, STOP };

static void free_node(struct rh_yaml_node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->num; i++) {
        free_node(node->item[i]);
        if (node->key != NULL)
            free_node(node->key[i]);
    }
    free(node->text);
    free(node->item);
    free(node->key);
    free(node);
}

void rh_yaml_free(struct rh_yaml *self)
{
    free_node(self->root);
    free(self->path);
    free(self->text);
    free(self->line_start);
    memset(self, 0, sizeof *self);
}

/* Memory that is out has no place in the file; problems remember it. */
static void no_memory(struct rh_problems *problems)
{
    problems->failed = RH_ERR_NO_MEMORY;
}

/* Bytes of the byte order mark that the text starts with. */
static size_t mark_bytes(const struct rh_yaml *self)
{
    return self->length >= 3 && memcmp(self->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* Offset of the line after the one that holds `at`, or length. Lines end with LF, CR LF or CR. */
static size_t next_line(const struct rh_yaml *self, size_t at)
{
    while (at < self->length && self->text[at] != '\n' && self->text[at] != '\r')
        at++;
    if (at + 1 < self->length && self->text[at] == '\r' && self->text[at + 1] == '\n')
        at++;
    return at < self->length ? at + 1 : at;
}

/* Without an index, finding the lines of many problems would take the square of the file. */
static bool index_lines(struct rh_yaml *self)
{
    size_t num = 0;
    for (size_t at = mark_bytes(self); at < self->length; at = next_line(self, at))
        num++;
    self->line_start = rh_calloc(num, sizeof *self->line_start);
    if (self->line_start == NULL)
        return false;
    for (size_t at = mark_bytes(self); at < self->length; at = next_line(self, at))
        self->line_start[self->num_lines++] = (unsigned)at;
    return true;
}

/* A copy of the given line, 1-based, or NULL where there is none or it is too long to be shown. */
static char *copy_line(const struct rh_yaml *self, long line, struct rh_problems *problems)
{
    size_t at = mark_bytes(self), length = 0;
    if (line < 1 || (self->line_start != NULL && (size_t)line > self->num_lines))
        return NULL;
    if (self->line_start != NULL)
        at = self->line_start[line - 1];
    for (long i = 1; self->line_start == NULL && i < line; i++)
        at = next_line(self, at);
    while (at + length < self->length && self->text[at + length] != '\n' && self->text[at + length] != '\r' &&
           length <= LONGEST_LINE)
        length++;
    if (length == 0 || length > LONGEST_LINE)
        return NULL;
    char *copy = rh_strndup(self->text + at, length);
    if (copy == NULL)
        no_memory(problems);
    return copy;
}

static void add_problem(const struct rh_yaml *self, long line, long column, struct rh_problems *problems, int code,
                        const char *message)
{
    char *excerpt = rh_problems_many(problems) ? NULL : copy_line(self, line, problems);
    rh_problems_add(problems, code, self->path, line, column, excerpt, "%s", message);
    free(excerpt);
}

void rh_yaml_problem(const struct rh_yaml *self, const struct rh_yaml_node *node, struct rh_problems *problems,
                     int code, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    add_problem(self, node->line, node->column, problems, code, message);
}

static const struct fy_mark *token_mark(struct fy_token *token)
{
    return token != NULL ? fy_token_start_mark(token) : NULL;
}

/* A problem at a mark of libfyaml's, whose lines and columns start at 0. The marks of anchors, aliases and quoted texts
 * are behind the sign that they start with: `signs` of them. */
static void problem_at_mark(struct builder *self, const struct fy_mark *mark, int signs, const char *message)
{
    long line = mark != NULL ? mark->line + 1L : 0, column = mark != NULL ? mark->column + 1L - signs : 0;
    add_problem(self->yaml, line, column, self->problems, RH_ERR_INPUT, message);
}

/* Where a node stands that libfyaml gives no place: at its key, or at the start of what holds it. */
static void place_node(const struct builder *self, struct rh_yaml_node *node, const struct fy_mark *mark)
{
    node->line = node->column = 1;
    if (mark != NULL) {
        node->line = mark->line + 1L;
        node->column = mark->column + 1L;
    } else if (self->depth > 0) {
        const struct frame *top = &self->frame[self->depth - 1];
        const struct rh_yaml_node *near = top->key != NULL ? top->key : top->node;
        node->line = near->line;
        node->column = near->column;
    }
}

/* Hangs the node, which from here on belongs to the tree or, as a key, to its frame. */
static enum progress attach(struct builder *self, struct rh_yaml_node *node)
{
    if (self->depth == 0) {
        self->yaml->root = node;
        return GO_ON;
    }
    struct frame *top = &self->frame[self->depth - 1];
    struct rh_yaml_node *parent = top->node;
    if (parent->kind == RH_YAML_MAPPING && top->key == NULL) {
        top->key = node;
        return GO_ON;
    }
    bool room = rh_reserve(&parent->item, &top->item_capacity, parent->num + 1, sizeof(void *)) == RH_OK;
    if (room && parent->kind == RH_YAML_MAPPING)
        room = rh_reserve(&parent->key, &top->key_capacity, parent->num + 1, sizeof(void *)) == RH_OK;
    if (!room) {
        no_memory(self->problems);
        free_node(node);
        return STOP;
    }
    if (parent->kind == RH_YAML_MAPPING)
        parent->key[parent->num] = top->key;
    parent->item[parent->num++] = node;
    top->key = NULL;
    return GO_ON;
}

/* A new node of the tree, or NULL where memory is out or the file has too many. */
static struct rh_yaml_node *new_node(struct builder *self, enum rh_yaml_kind kind, const struct fy_mark *mark)
{
    if (self->num_nodes++ == MOST_NODES) {
        struct rh_yaml_node here = {.kind = kind};
        place_node(self, &here, mark);
        rh_yaml_problem(self->yaml, &here, self->problems, RH_ERR_INPUT,
                        "more than %d values; expected fewer in a file", MOST_NODES);
        return NULL;
    }
    struct rh_yaml_node *node = rh_calloc(1, sizeof *node);
    if (node == NULL) {
        no_memory(self->problems);
        return NULL;
    }
    node->kind = kind;
    place_node(self, node, mark);
    return node;
}

static bool wants_key(const struct builder *self)
{
    const struct frame *top = self->depth > 0 ? &self->frame[self->depth - 1] : NULL;
    return top != NULL && top->node->kind == RH_YAML_MAPPING && top->key == NULL;
}

static enum progress open_collection(struct builder *self, struct fy_event *event, enum rh_yaml_kind kind)
{
    const struct fy_mark *mark = token_mark(fy_event_get_token(event));
    if (wants_key(self)) {
        problem_at_mark(self, mark, 0, "a key that is a list or a mapping; expected a text");
        return STOP;
    }
    if (self->depth == DEEPEST) {
        problem_at_mark(self, mark, 0, "nested more than 64 deep");
        return STOP;
    }
    struct rh_yaml_node *node = new_node(self, kind, mark);
    if (node == NULL || attach(self, node) == STOP)
        return STOP;
    self->frame[self->depth++] = (struct frame){.node = node, .flow = fy_event_get_node_style(event) == FYNS_FLOW};
    return GO_ON;
}

/* Drops the later ones of keys that stand in a mapping more than once, and tells of each. */
static enum progress drop_duplicates(struct builder *self, struct rh_yaml_node *mapping)
{
    struct rh_names names;
    rh_names_init(&names);
    size_t num_kept = 0;
    for (size_t i = 0; i < mapping->num; i++) {
        struct rh_yaml_node *key = mapping->key[i], *item = mapping->item[i];
        int32_t id = rh_names_add(&names, key->text, key->length);
        if (id < 0)
            no_memory(self->problems);
        if (id >= 0 && (size_t)id < num_kept) {
            char found[RH_YAML_FOUND];
            rh_yaml_problem(self->yaml, key, self->problems, RH_ERR_INPUT,
                            "the key %s stands here again; it is on line %ld already", rh_yaml_found(key, found),
                            mapping->key[id]->line);
            free_node(key);
            free_node(item);
            continue;
        }
        mapping->key[num_kept] = key;
        mapping->item[num_kept++] = item;
    }
    mapping->num = num_kept;
    rh_names_free(&names);
    return self->problems->failed != 0 ? STOP : GO_ON;
}

static enum progress close_collection(struct builder *self)
{
    struct rh_yaml_node *node = self->frame[--self->depth].node;
    return node->kind == RH_YAML_MAPPING ? drop_duplicates(self, node) : GO_ON;
}

/* The text of a scalar in quotes, from the file: libfyaml's own differs from it where quotes follow each other. */
static void unquote(const struct rh_yaml *yaml, struct fy_token *token, bool single, struct rh_text *out)
{
    size_t from = fy_token_start_mark(token)->input_pos, to = fy_token_end_mark(token)->input_pos;
    assert(from <= to && to <= yaml->length);
    rh_yaml_unquote(yaml->text + from, to - from, single, out);
}

/* A scalar's text, which an escape in double quotes may have given what no file may hold. */
static enum progress take_text(struct builder *self, struct rh_yaml_node *node, struct fy_token *token,
                               enum fy_scalar_style style)
{
    struct rh_text unquoted;
    size_t length = 0;
    const char *text = NULL;
    rh_text_init(&unquoted);
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) {
        unquote(self->yaml, token, style == FYSS_SINGLE_QUOTED, &unquoted);
        text = rh_text_string(&unquoted);
        length = unquoted.length;
    } else {
        text = fy_token_get_text(token, &length);
    }
    if (text == NULL) {
        text = "";
        length = 0;
    }
    if (!rh_utf8_valid(text, length)) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        style == FYSS_FOLDED
                            ? "a folded text ('>') with lines of their own indentation; expected '|', or quotes"
                            : "an escape stands for NUL or for no character");
        text = "";
        length = 0;
    } else if (length > LONGEST_TEXT) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "a text of %zu bytes; expected at most %d",
                        length, LONGEST_TEXT);
        text = "";
        length = 0;
    }
    node->text = rh_text_status(&unquoted) == RH_OK ? rh_strndup(text, length) : NULL;
    node->length = length;
    rh_text_free(&unquoted);
    if (node->text == NULL) {
        no_memory(self->problems);
        return STOP;
    }
    return GO_ON;
}

static enum progress add_scalar(struct builder *self, struct fy_event *event)
{
    struct fy_token *token = fy_event_get_token(event);
    struct rh_yaml_node *node = new_node(self, RH_YAML_SCALAR, token_mark(token));
    if (node == NULL)
        return STOP;
    enum fy_scalar_style style = token != NULL ? fy_token_scalar_style(token) : FYSS_PLAIN;
    node->quoted = style != FYSS_PLAIN;
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        node->column--;
    if (take_text(self, node, token, style) == STOP) {
        free_node(node);
        return STOP;
    }
    return attach(self, node);
}

/* Anchors and tags are told and passed over: the node itself is still good for finding what else is wrong. */
static void refuse_properties(struct builder *self, struct fy_event *event)
{
    struct fy_token *anchor = fy_event_get_anchor_token(event), *tag = fy_event_get_tag_token(event);
    if (anchor != NULL)
        problem_at_mark(self, token_mark(anchor), 1, "an anchor ('&'); expected a plain value, or a text in quotes");
    if (tag != NULL)
        problem_at_mark(self, token_mark(tag), 0, "a tag ('!'); expected a plain value, or a text in quotes");
}

static enum progress open_document(struct builder *self, struct fy_event *event)
{
    const struct fy_mark *mark = token_mark(fy_event_get_token(event));
    if (++self->num_documents > 1) {
        problem_at_mark(self, mark, 0, "a second document; expected one in a file");
        return STOP;
    }
    return GO_ON;
}

static enum progress take_event(struct builder *self, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return open_document(self, event);
    case FYET_MAPPING_START:
        refuse_properties(self, event);
        return open_collection(self, event, RH_YAML_MAPPING);
    case FYET_SEQUENCE_START:
        refuse_properties(self, event);
        return open_collection(self, event, RH_YAML_SEQUENCE);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return close_collection(self);
    case FYET_SCALAR:
        refuse_properties(self, event);
        return add_scalar(self, event);
    case FYET_ALIAS:
        problem_at_mark(self, token_mark(fy_event_get_token(event)), 1,
                        "an alias ('*'); expected a plain value, or a text in quotes");
        return STOP;
    default:
        return GO_ON;
    }
}

/* libfyaml's words where they would puzzle, and what to do about it. */
static const char *advice(const char *message)
{
    static const struct {
        const char *part, *advice;
    } table[] = {
        {"block scalar no linebreak", "; a text that starts with '>' or '|' must be in quotes"},
        {"cannot start with", "; put the text in quotes"},
        {"invalid multiline plain key", "; is a ':' missing, or the indentation wrong?"},
        {"invalid nested block mapping", "; a text with ': ' in it must be in quotes"},
        {"invalid tab", "; indent with spaces"},
        {"-quoted scalar", "; is a closing quote missing?"},
        {"indentation in mapping", "; keys of one mapping start in the same column"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strstr(message, table[i].part) != NULL)
            return table[i].advice;
    }
    return "";
}

/* Tells what libfyaml stumbled over. Brackets that nobody closed are noticed far behind, so where they open is told. */
static void tell_syntax(struct builder *self, const struct fy_diag_error *error)
{
    const char *what = error != NULL ? error->msg : self->message[0] != '\0' ? self->message : "cannot be read";
    char message[512], open[64] = "";
    const struct frame *top = self->depth > 0 ? &self->frame[self->depth - 1] : NULL;
    if (top != NULL && top->flow)
        snprintf(open, sizeof open, ", in the %s that opens on line %ld",
                 top->node->kind == RH_YAML_MAPPING ? "mapping" : "list", top->node->line);
    snprintf(message, sizeof message, "not YAML: %s%s%s", what, advice(what), open);
    long line = error != NULL ? error->line : 0, column = error != NULL ? error->column : 0;
    char *excerpt = line > 0 ? copy_line(self->yaml, line, self->problems) : NULL;
    if (excerpt == NULL && top != NULL && top->flow) {
        line = top->node->line;
        column = top->node->column;
    }
    free(excerpt);
    add_problem(self->yaml, line, column, self->problems, RH_ERR_INPUT, message);
}

/* What libfyaml says without a place comes here; the first line of it is kept. */
static void keep_message(struct fy_diag *diag, void *user, const char *bytes, size_t length)
{
    (void)diag;
    struct builder *self = user;
    size_t end = 0;
    while (end < length && bytes[end] != '\n')
        end++;
    if (self->message[0] == '\0')
        snprintf(self->message, sizeof self->message, "%.*s", (int)(end < 200 ? end : 200), bytes);
}

/* Collects libfyaml's complaints instead of printing them. */
static struct fy_diag *open_diag(struct builder *self)
{
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = keep_message;
    config.user = self;
    config.level = FYET_ERROR;
    config.colorize = config.show_source = config.show_position = config.show_type = config.show_module = false;
    struct fy_diag *diag = fy_diag_create(&config);
    if (diag != NULL)
        fy_diag_set_collect_errors(diag, true);
    return diag;
}

static void read_events(struct builder *self, struct fy_parser *parser, struct fy_diag *diag)
{
    bool whole = false;
    struct fy_event *event;
    while (!whole && (event = fy_parser_parse(parser)) != NULL) {
        whole = event->type == FYET_STREAM_END;
        enum progress progress = take_event(self, event);
        fy_parser_event_free(parser, event);
        if (progress == STOP)
            return;
    }
    void *iterator = NULL;
    if (!whole)
        tell_syntax(self, fy_diag_errors_iterate(diag, &iterator));
}

/* Fills self->yaml->root; a tree that broke off goes, one that a second document follows stays. */
static void build(struct builder *self)
{
    struct fy_parser *parser = NULL;
    struct fy_diag *diag = open_diag(self);
    if (diag != NULL)
        parser = fy_parser_create(
            &(struct fy_parse_cfg){.flags = FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2, .diag = diag});
    if (parser == NULL || fy_parser_set_string(parser, self->yaml->text, self->yaml->length) != 0) {
        no_memory(self->problems);
        goto out;
    }
    read_events(self, parser, diag);
    if (self->depth > 0 || self->problems->failed != 0) {
        free_node(self->yaml->root);
        self->yaml->root = NULL;
    }
out:
    while (self->depth > 0)
        free_node(self->frame[--self->depth].key);
    if (parser != NULL)
        fy_parser_destroy(parser);
    if (diag != NULL)
        fy_diag_destroy(diag);
}

/* The first byte that no text may hold, or length: libfyaml drops some of them without a word. */
static size_t find_bad_byte(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)text[i];
        size_t width = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (width > length - i || !rh_utf8_valid(text + i, width) || c == 0x7F ||
            (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
            return i;
        i += width;
    }
    return length;
}

/* True where the bytes are text; else tells where they are not. */
static bool check_bytes(const struct rh_yaml *self, struct rh_problems *problems)
{
    size_t bad = find_bad_byte(self->text, self->length), line = 0;
    if (bad == self->length)
        return true;
    while (line + 1 < self->num_lines && self->line_start[line + 1] <= bad)
        line++;
    size_t line_start = self->line_start[line];
    long column = (long)rh_utf8_length(self->text + line_start, bad - line_start) + 1;
    unsigned char c = (unsigned char)self->text[bad];
    rh_problems_add(problems, RH_ERR_INPUT, self->path, (long)line + 1, column, NULL,
                    c < 0x80 ? "the control character 0x%02x; expected text in UTF-8"
                             : "the byte 0x%02x, which is not UTF-8; expected text in UTF-8",
                    c);
    return false;
}

/* A line with brackets may be a key as a whole, so libfyaml keeps its tokens, at 200 bytes for each byte, until it
 * ends. */
static bool check_line_lengths(const struct rh_yaml *self, struct rh_problems *problems)
{
    for (size_t i = 0; i < self->num_lines; i++) {
        size_t end = i + 1 < self->num_lines ? self->line_start[i + 1] : self->length;
        size_t length = end - self->line_start[i];
        if (length > LONGEST_TEXT) {
            rh_problems_add(problems, RH_ERR_INPUT, self->path, (long)i + 1, 0, NULL,
                            "a line of %zu bytes; expected at most %d", length, LONGEST_TEXT);
            return false;
        }
    }
    return true;
}

/* A line that starts with '%' is a directive wherever it stands: what a file without any may hold there is indented.
 * Refused here, since libfyaml takes the square of its length to read one. */
static bool check_directives(const struct rh_yaml *self, struct rh_problems *problems)
{
    for (size_t i = 0; i < self->num_lines; i++) {
        if (self->text[self->line_start[i]] == '%') {
            add_problem(self, (long)i + 1, 1, problems, RH_ERR_INPUT,
                        "a directive ('%'); expected YAML 1.2 without any");
            return false;
        }
    }
    return true;
}

/* The code of the first problem found since there were num_before of them. */
static int code_since(const struct rh_problems *problems, size_t num_before)
{
    if (problems->failed != 0)
        return problems->failed;
    if (problems->num_total == num_before)
        return RH_OK;
    return problems->num > num_before ? problems->items[num_before].code : RH_ERR_INPUT;
}

/* Parses self->text; self->path is set. */
static int parse(struct rh_yaml *self, struct rh_problems *problems)
{
    size_t num_before = problems->num_total;
    if (self->length > RH_YAML_LARGEST) {
        rh_problems_add(problems, RH_ERR_INPUT, self->path, 0, 0, NULL, "more than 4 MiB, the most that is read");
    } else if (!index_lines(self)) {
        no_memory(problems);
    } else if (check_bytes(self, problems) && check_line_lengths(self, problems) && check_directives(self, problems)) {
        struct builder builder = {.yaml = self, .problems = problems};
        build(&builder);
    }
    return code_since(problems, num_before);
}

int rh_yaml_parse(struct rh_yaml *self, const char *path, const char *text, size_t length, struct rh_problems *problems)
{
    memset(self, 0, sizeof *self);
    self->path = rh_strdup(path);
    self->text = rh_strndup(text, length);
    self->length = length;
    if (self->path == NULL || self->text == NULL) {
        self->length = 0;
        no_memory(problems);
        return RH_ERR_NO_MEMORY;
    }
    return parse(self, problems);
}

int rh_yaml_read(struct rh_yaml *self, const char *path, struct rh_problems *problems)
{
    memset(self, 0, sizeof *self);
    self->path = rh_strdup(path);
    if (self->path == NULL) {
        no_memory(problems);
        return RH_ERR_NO_MEMORY;
    }
    struct rh_error error;
    int code = rh_file_read(path, RH_YAML_LARGEST, &self->text, &self->length, &error);
    if (code == RH_ERR_NO_MEMORY)
        no_memory(problems);
    else if (code != RH_OK)
        rh_problems_add(problems, code, path, 0, 0, NULL, "%s", error.message);
    return code != RH_OK ? code : parse(self, problems);
}

const struct rh_yaml_node *rh_yaml_find(const struct rh_yaml_node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != RH_YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->num; i++) {
        if (strcmp(mapping->key[i]->text, key) == 0)
            return mapping->item[i];
    }
    return NULL;
}

const char *rh_yaml_found(const struct rh_yaml_node *node, char out[RH_YAML_FOUND])
{
    if (node->kind != RH_YAML_SCALAR)
        return node->kind == RH_YAML_SEQUENCE ? "a list" : "a mapping";
    if (node->length == 0)
        return node->quoted ? "an empty text" : "nothing";
    /* Up to 40 bytes, whole characters, one line. */
    size_t num = strcspn(node->text, "\r\n");
    bool cut = num < node->length;
    if (num > 40) {
        num = 40;
        cut = true;
        while (((unsigned char)node->text[num] & 0xC0) == 0x80)
            num--;
    }
    snprintf(out, RH_YAML_FOUND, "'%.*s%s'", (int)num, node->text, cut ? "…" : "");
    return out;
}

static const struct rh_yaml_key *find_key(const struct rh_yaml_key *keys, const char *name)
{
    while (keys->name != NULL && strcmp(keys->name, name) != 0)
        keys++;
    return keys->name != NULL ? keys : NULL;
}

/* Appends "; expected a, b or c": the keys of a table. */
static void add_expected(struct rh_text *out, const struct rh_yaml_key *keys)
{
    for (size_t i = 0; keys[i].name != NULL; i++) {
        rh_text_puts(out, i == 0 ? "; expected " : keys[i + 1].name == NULL ? " or " : ", ");
        rh_text_puts(out, keys[i].name);
    }
}

static void tell_unknown_key(const struct rh_yaml *self, const struct rh_yaml_node *key, const struct rh_yaml_key *keys,
                             const char *what, struct rh_problems *problems)
{
    struct rh_names known;
    struct rh_text hint;
    rh_names_init(&known);
    rh_text_init(&hint);
    for (size_t i = 0; keys[i].name != NULL && !rh_problems_many(problems); i++) {
        if (rh_names_add(&known, keys[i].name, strlen(keys[i].name)) < 0)
            no_memory(problems);
    }
    const char *nearest = rh_names_nearest(&known, key->text);
    if (nearest != NULL)
        rh_text_printf(&hint, "; did you mean '%s'?", nearest);
    else
        add_expected(&hint, keys);
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self, key, problems, RH_ERR_INPUT, "unknown key %s of %s%s", rh_yaml_found(key, found), what,
                    rh_text_string(&hint));
    if (rh_text_status(&hint) != RH_OK)
        no_memory(problems);
    rh_text_free(&hint);
    rh_names_free(&known);
}

bool rh_yaml_check_keys(const struct rh_yaml *self, const struct rh_yaml_node *node, const struct rh_yaml_key *keys,
                        const char *what, struct rh_problems *problems)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_MAPPING) {
        rh_yaml_problem(self, node, problems, RH_ERR_INPUT, "%s is %s; expected a mapping with keys such as '%s'", what,
                        rh_yaml_found(node, found), keys[0].name);
        return false;
    }
    for (size_t i = 0; i < node->num; i++) {
        if (find_key(keys, node->key[i]->text) == NULL)
            tell_unknown_key(self, node->key[i], keys, what, problems);
    }
    for (; keys->name != NULL; keys++) {
        if (keys->required && rh_yaml_find(node, keys->name) == NULL)
            rh_yaml_problem(self, node, problems, RH_ERR_INPUT, "%s has no '%s', which it needs: %s", what, keys->name,
                            keys->doc);
    }
    return true;
}
