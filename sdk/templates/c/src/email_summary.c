// Insights for the summary of an email thread: the latest order of each account that it is about.

#include <stdlib.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_email_summary_email_insight_t email_insight_t;
typedef exports_insight_provider_email_summary_email_insight_request_t request_t;
typedef exports_insight_provider_email_summary_email_insight_page_t page_t;

bool exports_insight_provider_email_summary_answer(exports_insight_provider_email_summary_call_context_t *context,
                                                   request_t *request, page_t *page,
                                                   exports_insight_provider_email_summary_failure_t *failure) {
  (void)context;
  (void)failure;
  // One for each record at most. A record that is unknown does not keep the others from being told of.
  size_t known = 0;
  *page = (page_t){.language = some(text("en"))};
  page->items.ptr = calloc(request->about.len, sizeof *page->items.ptr);
  for (size_t i = 0; i < request->about.len; i++) {
    orders_t orders;
    if (!orders_of(&request->about.ptr[i].crm_record, &orders) || orders.count == 0 || known++ < request->skip) {
      continue;
    }
    if (page->items.len == request->top) {
      page->has_more = true;
      break;
    }
    page->items.ptr[page->items.len++] = (email_insight_t){.text = order_sentence(orders.first)};
  }
  return true;
}
