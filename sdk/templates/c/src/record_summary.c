// Activities for the summary of a CRM record: its orders.

#include <stdlib.h>
#include <string.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_record_summary_activity_t activity_t;
typedef exports_insight_provider_record_summary_activity_request_t request_t;
typedef exports_insight_provider_record_summary_activity_page_t page_t;

// Compares instants, which are texts of the same form.
static int compare(const char *placed_at, const plugin_string_t *instant) {
  return strncmp(placed_at, (const char *)instant->ptr, instant->len);
}

static bool is_wanted(const order_t *order, const request_t *request) {
  return !(request->since.is_some && compare(order->placed_at, &request->since.val) < 0) &&
         !(request->until.is_some && compare(order->placed_at, &request->until.val) > 0);
}

bool exports_insight_provider_record_summary_answer(exports_insight_provider_record_summary_call_context_t *context,
                                                    request_t *request, page_t *page,
                                                    exports_insight_provider_record_summary_failure_t *failure) {
  (void)context;
  orders_t orders;
  if (!orders_of(&request->about, &orders)) {
    failure->tag = INSIGHT_PROVIDER_INSIGHT_TYPES_FAILURE_RECORD_NOT_FOUND;
    return false;
  }
  // The wanted ones are next to each other, as the latest comes first.
  while (orders.count > 0 && !is_wanted(orders.first, request)) {
    orders.first++;
    orders.count--;
  }
  while (orders.count > 0 && !is_wanted(&orders.first[orders.count - 1], request)) {
    orders.count--;
  }
  orders = page_of(orders, request->skip, request->top);

  activity_t *activities = calloc(orders.count, sizeof *activities);
  for (size_t i = 0; i < orders.count; i++) {
    const order_t *order = &orders.first[i];
    activities[i] = (activity_t){
        .title = order_title(order),
        .description = order_sentence(order),
        .date_time = text("%s", order->placed_at),
        .url = some(order_url(order)),
        .properties = order_properties(order),
    };
  }
  *page = (page_t){{activities, orders.count}, orders.has_more, some(text("en"))};
  return true;
}
