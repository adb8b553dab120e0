// Key sales info of a CRM record: where its orders stand.

#include <stdlib.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_key_sales_info_highlight_t highlight_t;
typedef exports_insight_provider_key_sales_info_highlight_request_t request_t;
typedef exports_insight_provider_key_sales_info_highlight_page_t page_t;

bool exports_insight_provider_key_sales_info_answer(exports_insight_provider_key_sales_info_call_context_t *context,
                                                    request_t *request, page_t *page,
                                                    exports_insight_provider_key_sales_info_failure_t *failure) {
  (void)context;
  orders_t orders;
  if (!orders_of(&request->about, &orders)) {
    failure->tag = INSIGHT_PROVIDER_INSIGHT_TYPES_FAILURE_RECORD_NOT_FOUND;
    return false;
  }
  orders = page_of(orders, request->skip, request->top);

  highlight_t *highlights = calloc(orders.count, sizeof *highlights);
  for (size_t i = 0; i < orders.count; i++) {
    const order_t *order = &orders.first[i];
    highlights[i] = (highlight_t){
        .description = order_sentence(order),
        .date_time = {true, text("%s", order->placed_at)},
        .url = some(order_url(order)),
    };
  }
  *page = (page_t){{highlights, orders.count}, orders.has_more, some(text("en"))};
  return true;
}
