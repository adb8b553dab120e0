// The sentences, for the component that answers with them.

#include <stdlib.h>

#include "plugin.h"

void exports_words_book_sentences_about(plugin_string_t *record_id, plugin_list_string_t *sentences) {
    sentences->len = 2;
    sentences->ptr = calloc(sentences->len, sizeof *sentences->ptr);
    plugin_string_dup(&sentences->ptr[0], "A contract was signed.");
    plugin_string_dup_n(&sentences->ptr[1], (char *)record_id->ptr, record_id->len);
}
