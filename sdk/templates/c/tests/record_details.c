#include "tests.h"

void test_record_details(void) {
  exports_insight_provider_record_details_call_context_t context = {0};
  exports_insight_provider_record_details_related_record_request_t request = {.about = account(KNOWN), .top = 10};
  exports_insight_provider_record_details_related_record_page_t page;
  exports_insight_provider_record_details_failure_t failure;

  // An order shows its status.
  assert(exports_insight_provider_record_details_answer(&context, &request, &page, &failure));
  assert(text_is(&page.items.ptr[0].properties.ptr[0].value, "on its way"));
}
