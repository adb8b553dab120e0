#include "orders.h"

#include <stdlib.h>

#include "texts.h"

static const char *const ACCOUNT_ID = "42";
static const char *const ACCOUNT_NAME = "Fourth Coffee";

static const order_t ORDERS[] = {
    {1003, "2026-05-12T08:30:00Z", "on its way"},
    {1002, "2026-03-02T15:00:00Z", "delivered"},
    {1001, "2025-11-20T10:15:00Z", "delivered"},
};
static const orders_t ALL = {ORDERS, sizeof ORDERS / sizeof *ORDERS, false};
static const orders_t NONE = {ORDERS, 0, false};

bool orders_of(const insight_provider_insight_types_crm_record_t *record, orders_t *orders) {
  if (!text_is(&record->record_type, "account")) {
    *orders = NONE;
    return true;
  }
  *orders = ALL;
  return text_is(&record->record_id, ACCOUNT_ID);
}

orders_t orders_by_name(const plugin_string_t *name) {
  return text_is(name, ACCOUNT_NAME) ? ALL : NONE;
}

orders_t page_of(orders_t all, uint32_t skip, uint32_t top) {
  size_t start = skip < all.count ? skip : all.count;
  size_t rest = all.count - start;
  size_t count = top < rest ? top : rest;
  return (orders_t){all.first + start, count, count < rest};
}

plugin_string_t order_title(const order_t *order) {
  return text("Order %u", order->number);
}

plugin_string_t order_sentence(const order_t *order) {
  return text("Order %u of %.10s is %s.", order->number, order->placed_at, order->status);
}

plugin_string_t order_url(const order_t *order) {
  return text("https://contoso.example/orders/%u", order->number);
}

insight_provider_insight_types_properties_t order_properties(const order_t *order) {
  insight_provider_insight_types_property_t *status = malloc(sizeof *status);
  *status = (insight_provider_insight_types_property_t){text("Status"), text("%s", order->status)};
  return (insight_provider_insight_types_properties_t){status, 1};
}
