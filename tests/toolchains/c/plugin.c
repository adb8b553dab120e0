// Activities of an account; it traps or never ends for the records that ask for it.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin.h"

#define COUNT 3

// Everything that is not set is absent or empty.
void exports_insight_provider_about_describe(exports_insight_provider_about_profile_t *profile) {
    memset(profile, 0, sizeof *profile);
    plugin_string_dup(&profile->title, "Probe");
    plugin_string_dup(&profile->description, "Answers what the tests of the toolchains ask, in C.");
    plugin_string_dup(&profile->version, "0.1.0");
    plugin_string_dup(&profile->publisher.name, "Tailspin Toys");
    profile->languages.len = 1;
    profile->languages.ptr = malloc(sizeof *profile->languages.ptr);
    plugin_string_dup(&profile->languages.ptr[0], "en");
}

static bool is(const plugin_string_t *text, const char *expected) {
    return text->len == strlen(expected) && memcmp(text->ptr, expected, text->len) == 0;
}

bool exports_insight_provider_record_summary_answer(
    exports_insight_provider_record_summary_call_context_t *context,
    exports_insight_provider_record_summary_activity_request_t *request,
    exports_insight_provider_record_summary_activity_page_t *page,
    exports_insight_provider_record_summary_failure_t *failure) {
    if (is(&request->about.record_id, "trap")) {
        fprintf(stderr, "nothing to see here\n");
        abort();
    }
    // The compiler may take an endless loop without an effect for none.
    for (volatile bool endless = is(&request->about.record_id, "loop"); endless;)
        ;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char clock[64];
    snprintf(clock, sizeof clock, "The clock says %lld.", now.tv_sec * 1000000000LL + now.tv_nsec);
    const char *last = is(&request->about.record_id, "clock") ? clock : "A call is planned.";
    const char *texts[COUNT] = {"A contract was signed.", "A visit took place.", last};
    memset(page, 0, sizeof *page);
    page->items.ptr = calloc(COUNT, sizeof *page->items.ptr);
    for (size_t i = request->skip; i < COUNT && page->items.len < request->top; i++) {
        exports_insight_provider_record_summary_activity_t *item = &page->items.ptr[page->items.len++];
        plugin_string_dup(&item->title, "Activity");
        plugin_string_dup(&item->description, texts[i]);
        plugin_string_dup_n(&item->date_time, (char *)context->received_at.ptr, context->received_at.len);
    }
    page->has_more = request->skip + page->items.len < COUNT;
    page->language.is_some = true;
    plugin_string_dup(&page->language.val, "en");
    return true;
}
