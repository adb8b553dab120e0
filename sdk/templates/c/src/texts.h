// Texts of the interface. The caller frees what an answer holds, so each text is a copy.

#pragma once

#include <stdbool.h>

#include "plugin.h"

// Returns whether a text is another, whatever the letter case.
bool text_is(const plugin_string_t *text, const char *other);

// Returns a text, as printf writes it.
__attribute__((format(printf, 1, 2))) plugin_string_t text(const char *format, ...);

// Returns an optional text that is there.
plugin_option_string_t some(plugin_string_t text);
