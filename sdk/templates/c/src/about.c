// What the plugin says of itself, for connectors, operators and people.

#include <stdlib.h>

#include "plugin.h"
#include "texts.h"

static plugin_list_string_t one(const char *value) {
  plugin_string_t *only = malloc(sizeof *only);
  *only = text("%s", value);
  return (plugin_list_string_t){only, 1};
}

// What is not set is absent or empty.
void exports_insight_provider_about_describe(exports_insight_provider_about_profile_t *profile) {
  *profile = (exports_insight_provider_about_profile_t){
      .title = text("My Plugin"),
      .description = text("Shows sellers the latest orders of an account, and where each of them stands."),
      .version = text("0.1.0"),
      .publisher =
          {
              .name = text("Contoso Ltd."),
              .website = some(text("https://contoso.example")),
              .privacy_policy = some(text("https://contoso.example/privacy")),
              .support_email = some(text("support@contoso.example")),
          },
      .brand_color = some(text("#0f6cbd")),
      .languages = one("en"),
      .categories = one("Sales and CRM"),
      .example = {true, {.record_type = text("account"), .record_id = text("42")}},
  };
}
