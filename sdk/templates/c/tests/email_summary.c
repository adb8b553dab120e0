#include "tests.h"

void test_email_summary(void) {
  exports_insight_provider_email_summary_call_context_t context = {0};
  exports_insight_provider_email_summary_thread_record_t records[] = {{account("43"), false}, {account(KNOWN), true}};
  exports_insight_provider_email_summary_email_insight_request_t request = {.about = {records, 2}, .top = 10};
  exports_insight_provider_email_summary_email_insight_page_t page;
  exports_insight_provider_email_summary_failure_t failure;

  // Each known account has one insight.
  assert(exports_insight_provider_email_summary_answer(&context, &request, &page, &failure));
  assert(page.items.len == 1 && !page.has_more);
  assert(text_is(&page.items.ptr[0].text, "Order 1003 of 2026-05-12 is on its way."));
}
