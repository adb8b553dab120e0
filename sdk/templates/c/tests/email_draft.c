#include "tests.h"

void test_email_draft(void) {
  exports_insight_provider_email_draft_call_context_t context = {0};
  exports_insight_provider_email_draft_content_link_request_t request = {.about = {true, account(KNOWN)}, .top = 10};
  exports_insight_provider_email_draft_content_link_page_t page;
  exports_insight_provider_email_draft_failure_t failure;

  // Each order is linked.
  assert(exports_insight_provider_email_draft_answer(&context, &request, &page, &failure));
  assert(page.items.len == 3);
  assert(text_is(&page.items.ptr[0].url, "https://contoso.example/orders/1003"));
}
