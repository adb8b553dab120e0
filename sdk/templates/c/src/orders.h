// The orders that the plugin tells of. Replace them by calls to your backend, with
// `insight_provider_http_client_send` of plugin.h.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin.h"

// An order of an account.
typedef struct order {
  unsigned number;
  const char *placed_at;
  const char *status;
} order_t;

// Some orders, the latest first.
typedef struct orders {
  const order_t *first;
  size_t count;
  // Whether there are more behind the last.
  bool has_more;
} orders_t;

// Finds the orders of an account; none for records that are no accounts. Returns false if the account is unknown.
bool orders_of(const insight_provider_insight_types_crm_record_t *record, orders_t *orders);

// Returns the orders of the account of this name, if there is one.
orders_t orders_by_name(const plugin_string_t *name);

// Returns the page of an answer that a request wants.
orders_t page_of(orders_t all, uint32_t skip, uint32_t top);

plugin_string_t order_title(const order_t *order);
plugin_string_t order_sentence(const order_t *order);
plugin_string_t order_url(const order_t *order);

// Returns the details to show: the status of the order.
insight_provider_insight_types_properties_t order_properties(const order_t *order);
