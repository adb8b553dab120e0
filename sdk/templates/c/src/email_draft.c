// Links worth adding to an email: the pages of the orders that it is about.

#include <stdlib.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_email_draft_content_link_t content_link_t;
typedef exports_insight_provider_email_draft_content_link_request_t request_t;
typedef exports_insight_provider_email_draft_content_link_page_t page_t;

bool exports_insight_provider_email_draft_answer(exports_insight_provider_email_draft_call_context_t *context,
                                                 request_t *request, page_t *page,
                                                 exports_insight_provider_email_draft_failure_t *failure) {
  (void)context;
  orders_t orders = {0};
  if (request->about.is_some && !orders_of(&request->about.val, &orders)) {
    failure->tag = INSIGHT_PROVIDER_INSIGHT_TYPES_FAILURE_RECORD_NOT_FOUND;
    return false;
  }
  orders = page_of(orders, request->skip, request->top);

  content_link_t *links = calloc(orders.count, sizeof *links);
  for (size_t i = 0; i < orders.count; i++) {
    const order_t *order = &orders.first[i];
    links[i] = (content_link_t){
        .kind = {.tag = EXPORTS_INSIGHT_PROVIDER_EMAIL_DRAFT_CONTENT_KIND_WEB_PAGE},
        .url = order_url(order),
        .title = order_title(order),
        .description = order_sentence(order),
    };
  }
  *page = (page_t){{links, orders.count}, orders.has_more, some(text("en"))};
  return true;
}
