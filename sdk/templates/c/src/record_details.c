// Records that relate to a CRM record: its orders.

#include <stdlib.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_record_details_related_record_t related_record_t;
typedef exports_insight_provider_record_details_related_record_request_t request_t;
typedef exports_insight_provider_record_details_related_record_page_t page_t;

bool exports_insight_provider_record_details_answer(exports_insight_provider_record_details_call_context_t *context,
                                                    request_t *request, page_t *page,
                                                    exports_insight_provider_record_details_failure_t *failure) {
  (void)context;
  orders_t orders;
  if (!orders_of(&request->about, &orders)) {
    failure->tag = INSIGHT_PROVIDER_INSIGHT_TYPES_FAILURE_RECORD_NOT_FOUND;
    return false;
  }
  orders = page_of(orders, request->skip, request->top);

  related_record_t *records = calloc(orders.count, sizeof *records);
  for (size_t i = 0; i < orders.count; i++) {
    const order_t *order = &orders.first[i];
    records[i] = (related_record_t){
        .record_id = text("%u", order->number),
        .record_type = text("order"),
        .type_name = text("Order"),
        .type_name_plural = text("Orders"),
        .title = order_title(order),
        .url = some(order_url(order)),
        .properties = order_properties(order),
    };
  }
  *page = (page_t){{records, orders.count}, orders.has_more, some(text("en"))};
  return true;
}
