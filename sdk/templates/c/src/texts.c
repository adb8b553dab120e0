#include "texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool text_is(const plugin_string_t *text, const char *other) {
  return text->len == strlen(other) && strncasecmp((const char *)text->ptr, other, text->len) == 0;
}

plugin_string_t text(const char *format, ...) {
  va_list values;
  va_start(values, format);
  char *copy = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&copy, &length);
  vfprintf(stream, format, values);
  fclose(stream);
  va_end(values);
  return (plugin_string_t){(uint8_t *)copy, length};
}

plugin_option_string_t some(plugin_string_t text) {
  return (plugin_option_string_t){true, text};
}
