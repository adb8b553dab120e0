#include "tests.h"

void test_key_sales_info(void) {
  exports_insight_provider_key_sales_info_call_context_t context = {0};
  exports_insight_provider_key_sales_info_highlight_request_t request = {.about = account(KNOWN), .top = 1};
  exports_insight_provider_key_sales_info_highlight_page_t page;
  exports_insight_provider_key_sales_info_failure_t failure;

  // A page holds no more than is wanted.
  assert(exports_insight_provider_key_sales_info_answer(&context, &request, &page, &failure));
  assert(page.items.len == 1 && page.has_more);
  assert(text_is(&page.items.ptr[0].description, "Order 1003 of 2026-05-12 is on its way."));
}
