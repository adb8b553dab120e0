// Activities of an account, as another component tells them.

#include <stdlib.h>
#include <string.h>

#include "plugin.h"

// Everything that is not set is absent or empty.
void exports_insight_provider_about_describe(exports_insight_provider_about_profile_t *profile) {
    memset(profile, 0, sizeof *profile);
    plugin_string_dup(&profile->title, "Probe");
    plugin_string_dup(&profile->description, "Answers what the tests of the toolchains ask, as two components.");
    plugin_string_dup(&profile->version, "0.1.0");
    plugin_string_dup(&profile->publisher.name, "Tailspin Toys");
    profile->languages.len = 1;
    profile->languages.ptr = malloc(sizeof *profile->languages.ptr);
    plugin_string_dup(&profile->languages.ptr[0], "en");
}

bool exports_insight_provider_record_summary_answer(
    exports_insight_provider_record_summary_call_context_t *context,
    exports_insight_provider_record_summary_activity_request_t *request,
    exports_insight_provider_record_summary_activity_page_t *page,
    exports_insight_provider_record_summary_failure_t *failure) {
    plugin_list_string_t sentences;
    words_book_sentences_about(&request->about.record_id, &sentences);
    memset(page, 0, sizeof *page);
    page->items.ptr = calloc(sentences.len, sizeof *page->items.ptr);
    for (size_t i = request->skip; i < sentences.len && page->items.len < request->top; i++) {
        exports_insight_provider_record_summary_activity_t *item = &page->items.ptr[page->items.len++];
        plugin_string_dup(&item->title, "Activity");
        item->description = sentences.ptr[i];
        plugin_string_dup_n(&item->date_time, (char *)context->received_at.ptr, context->received_at.len);
    }
    page->has_more = request->skip + page->items.len < sentences.len;
    page->language.is_some = true;
    plugin_string_dup(&page->language.val, "en");
    return true;
}
