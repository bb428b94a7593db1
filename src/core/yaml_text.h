/* What a YAML text in quotes stands for. Private to core/yaml. */
#ifndef RH_CORE_YAML_TEXT_H
#define RH_CORE_YAML_TEXT_H

#include "core/text.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Appends what stands between the quotes, which are not part of `raw`: YAML 1.2, sections 5.7 and 7.3. The parser has
 * checked the escapes; one that stands for no character becomes a byte that is no UTF-8. */
void rh_yaml_unquote(const char *raw, size_t length, bool single, struct rh_text *out);

#ifdef __cplusplus
}
#endif

#endif
