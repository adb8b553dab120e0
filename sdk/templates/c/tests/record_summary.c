#include "tests.h"

void test_record_summary(void) {
  exports_insight_provider_record_summary_call_context_t context = {0};
  exports_insight_provider_record_summary_activity_request_t request = {.about = account(KNOWN), .top = 10};
  exports_insight_provider_record_summary_activity_page_t page;
  exports_insight_provider_record_summary_failure_t failure;

  // The latest order comes first.
  assert(exports_insight_provider_record_summary_answer(&context, &request, &page, &failure));
  assert(page.items.len == 3 && !page.has_more);
  assert(text_is(&page.items.ptr[0].title, "Order 1003"));

  // Orders before the wanted time are left out.
  request.since.is_some = true;
  request.since.val = text("2026-03-01T00:00:00Z");
  assert(exports_insight_provider_record_summary_answer(&context, &request, &page, &failure));
  assert(page.items.len == 2);

  // An unknown account is not found.
  request.about = account("43");
  assert(!exports_insight_provider_record_summary_answer(&context, &request, &page, &failure));
  assert(failure.tag == INSIGHT_PROVIDER_INSIGHT_TYPES_FAILURE_RECORD_NOT_FOUND);
}
