// What the tests share.

#pragma once

#undef NDEBUG
#include <assert.h>

#include "plugin.h"
#include "texts.h"

// Returns an account; the one with this identifier is known.
static inline insight_provider_insight_types_crm_record_t account(const char *id) {
  return (insight_provider_insight_types_crm_record_t){text("account"), text("%s", id)};
}
#define KNOWN "42"

void test_record_summary(void);
void test_record_details(void);
void test_key_sales_info(void);
void test_email_summary(void);
void test_email_draft(void);
void test_chat(void);
